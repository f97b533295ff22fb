import type { DirectoryState, UserView } from './directory.ts';
import { badRequest, type Call } from './graph-request.ts';

const since = String.raw`(\S+)`;
/** The filters that the bot sends. */
const filters = {
  target: new RegExp(`^activityDateTime ge ${since} and targetResources/any\\(t:t/id eq ('\\S+')\\)$`),
  doer: new RegExp(`^activityDateTime ge ${since} and initiatedBy/user/id eq ('\\S+') and (\\(.+\\))$`),
  one: new RegExp(`^createdDateTime ge ${since} and userId eq ('\\S+')$`),
  succeeded: new RegExp(`^createdDateTime ge ${since} and (\\(.+\\)) and status/errorCode eq 0$`),
};
const values = (text = '') => [...text.matchAll(/'([^']+)'/g)].map(([, value = '']) => value.toLowerCase());

/** The audit log, the newest first. @throws GraphFault */
export function listAudits(state: DirectoryState, { filter = '', top }: Call): object {
  const [, from, who, names] = filters.target.exec(filter) ?? filters.doer.exec(filter) ?? invalid(filter);
  const [id] = values(who);
  const activities = values(names);
  const found = state
    .users()
    .flatMap(auditsOf)
    .filter(({ initiatedBy, targetResources, activityDisplayName }) =>
      names === undefined
        ? targetResources.some((target) => target.id === id)
        : initiatedBy.user.id === id && activities.includes(activityDisplayName.toLowerCase()),
    );
  return { value: newest(found, ({ activityDateTime }) => activityDateTime, from, top) };
}

/** The sign-in log, the newest first. @throws GraphFault */
export function listSignIns(state: DirectoryState, { filter = '', top }: Call): object {
  const isForAll = filters.one.test(filter);
  const [, from, who] = filters.one.exec(filter) ?? filters.succeeded.exec(filter) ?? invalid(filter);
  const ids = values(who);
  const found = state
    .users()
    .filter((user) => ids.includes(user.id.toLowerCase()))
    .flatMap((user) => signInsOf(state, user))
    .filter(({ status }) => isForAll || status.errorCode === 0);
  return { value: newest(found, ({ createdDateTime }) => createdDateTime, from, top) };
}

function auditsOf({ id, userPrincipalName, audits = [] }: UserView) {
  return audits.map(({ at, activity, by, what, resultReason = '' }, index) => {
    const self = { type: 'User', id: id.toLowerCase(), userPrincipalName };
    const others = what === undefined ? [] : [{ id: null, ...what }];
    return {
      id: `Directory_${id}_${index}`,
      activityDisplayName: activity,
      activityDateTime: at,
      result: 'success',
      resultReason,
      initiatedBy: { app: null, user: by === undefined ? self : { id: null, userPrincipalName: by } },
      // Beside a consent the log names the app alone.
      targetResources: what?.type === 'ServicePrincipal' ? others : [self, ...others],
    };
  });
}

function signInsOf(state: DirectoryState, user: UserView) {
  return state.signInsOf(user).map(({ at, app, country, browser, operatingSystem, errorCode = 0, risk = 'none' }) => ({
    id: `${user.id.slice(0, 24)}${String(Date.parse(at)).slice(-12)}`,
    userId: user.id,
    createdDateTime: at,
    appDisplayName: app,
    isInteractive: true,
    location: { countryOrRegion: country },
    deviceDetail: { displayName: '', browser, operatingSystem },
    status: { errorCode },
    riskLevelDuringSignIn: risk,
  }));
}

function newest<T>(all: readonly T[], time: (one: T) => string, from = '', most = 0): readonly T[] {
  const at = (one: T) => Date.parse(time(one));
  const found = all.filter((one) => at(one) >= Date.parse(from));
  return found.toSorted((one, other) => at(other) - at(one)).slice(0, most);
}

function invalid(filter: string): never {
  throw badRequest(`Invalid filter clause: '${filter}'.`);
}

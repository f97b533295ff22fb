import type { DirectoryProblem } from '../../app/errors.ts';
import type { AccountFacts, OmissionCode, WhyUnknown } from '../../domain/account.ts';
import type { RefusalCode } from '../../domain/command.ts';
import type { Hindrance } from '../../domain/notifications.ts';
import type { DecisionVerb, TwoPersonsReason, Verb } from '../../domain/request.ts';
import type { FailureCode } from '../../domain/result.ts';
import type { Texts, ToldOutcome, WhatNow, WhyNoOne } from './en.ts';
import { dateTime, dateTimeToSecond, time, timeOrDay, timeToSecond, until, years } from './format.ts';

/**
 * Every sentence a person reads, in Simplified Chinese; terms as Microsoft's own documentation in zh-cn has them. Names
 * of roles, permissions, settings and what PowerShell says stay as they are: they are searched for and copied.
 */

const refusals: Record<RefusalCode, string> = {
  notMember: '只有此组织的成员可以执行此操作，来宾不能执行。',
  disabled: '你的帐户已禁用，不能执行此操作。',
  notRequester: '你无权提出此请求。请让安全团队添加你。',
  notApprover: '只有审批者可以决定此请求。请求仍在等待审批。',
  notRequesterNorApprover: '只有请求者或审批者可以撤回或停止此请求。没有任何更改。',
  secondApprover: '你已批准此请求，还须另一位审批者批准。',
  isTarget: '此请求涉及你自己的帐户，须由其他人决定。没有任何更改。',
  onlySelf: '只有帐户本人可以决定。',
  twoPersons: '这是你提出的请求，须由另一位审批者批准。',
  expired: '此请求已过期，没有撤销任何会话。如果仍有需要，请重新发送。',
  alreadyDecided: '此请求已有决定。',
  notStarted: '此请求尚未批准，没有可停止的操作。请改为拒绝或撤回。',
  askerMayNot:
    '请求者已无权请求（不在名单中、已禁用或已删除）。没有批准任何操作。请拒绝此请求；有权请求的人可以重新发送。',
  tooLongAgo: '此结果已超过一天。请重新提出请求：撤销会话 name@example.com',
  nothingToRetry: '没有失败的帐户，因此无需重试。',
  superseded: '此卡片发布后帐户发生变化，因此没有批准任何操作。请使用新卡片。',
  targetGone: '已无法执行：卡片上的帐户或请求者的权限发生变化。没有批准任何操作。',
  cardNotThere: '此请求的卡片尚未显示。请等它出现后再作决定。',
  olderThanRequest: '这条消息早于此请求。请查看卡片后再作决定。',
  unknownRequest: '此对话中没有使用该代码的未完成请求。',
  noTargets: '此请求中没有剩余的帐户。',
  noApprover:
    '没有人能批准，因此没有提出请求：审批者只有你或所列帐户的本人。请告知机器人的管理员。如果不能等，请在 Entra 管理中心撤销。',
  tooManyTargets: '帐户数超过一个请求的上限。请拆分名单。',
  tooManyOpen: '此对话中未完成的请求过多。请输入“状态”查看，先决定或撤回其中一些。',
  tooManyOfYours: '你未决定的请求已达到每人上限。请先决定或撤回其中一些。',
  hourlyLimit: '请求者已达到每小时的帐户数上限。',
  lookUpLimit: '你在一分钟内查询的帐户过多，因此没有查找，也没有提出请求。请一分钟后再试。',
  protectionUnknown:
    '现在无法撤销：无法核对 PROTECTED_USERS 中的一项，因此不知道谁受保护。请告知机器人的管理员，日志中写明是哪一项。如果不能等，请在 Entra 管理中心撤销。',
  reasonRequired: '请在末尾加上原因：… 原因 手机被盗。',
  signInNeeded: '要批准，请点击卡片上的按钮：你需要登录。',
  onlyDenier: '只有拒绝此请求的人可以说明原因。',
  reasonGiven: '卡片上已有原因，无法更改。',
  onlyApprover: '只有批准者可以继续。如果此人无法继续，请在卡片上停止，然后重新请求。',
  signInInvalid:
    '没有执行任何操作：你的登录不适用于此机器人，或时间过久。请从 Teams 注销并重新登录，然后再次点击按钮。',
  signInOfAnother: '没有执行任何操作：随此次点击提供的登录不是你本人的。',
  signInTooWeak:
    '没有执行任何操作：此帐户可能拥有管理他人的权限，需要更强的登录（条件访问）。请从 Teams 注销，按该要求登录，然后再次点击按钮。',
  signInConsent: '没有执行任何操作：委托的权限 User.RevokeSessions.All 缺少管理员同意。请告知机器人的管理员。',
  signInRefused:
    '没有执行任何操作：Entra 拒绝机器人代表你操作。请从 Teams 注销并重新登录，然后再次点击按钮。如果仍被拒绝，管理员可在你的 Entra 登录日志中查到原因。',
  signInMisconfigured:
    '没有执行任何操作：机器人无法登录 Entra，这不是你的问题。请告知机器人的管理员；在此期间请在 Entra 管理中心撤销。',
  settingsChanged: '没有执行任何操作：请求提出后，机器人的设置已更改。请重新发送。',
  signInUnavailable: '没有执行任何操作：现在无法检查你的登录。请稍后再次点击按钮。',
  notYours: '另一个实例正在处理此请求。',
  notNow: '请求的当前状态不允许此操作。',
};

/** With what to do instead. A colon and a command to copy may follow. */
const omissions: Record<OmissionCode, string> = {
  notFound: '此处没有使用该地址或 ID 的帐户；请检查拼写',
  deleted: '帐户已删除，不能登录，因此无需撤销，除非有人还原该帐户',
  ambiguous: '有多个匹配的帐户；请用其中一个的对象 ID 重新请求',
  external: '来宾或外部帐户；只有其主租户能撤销其会话。你可以在此处禁用该帐户',
  ownGuest: '内部来宾帐户，不支持。请在 Entra 管理中心撤销',
  protected: '受保护的帐户，机器人从不处理；请联系紧急访问帐户的保管人',
  restricted: '位于受限管理管理单元中；须由该单元的管理员撤销',
  unreadable: '无法检查该帐户是否受保护，因此已跳过；请重新请求，或在 Entra 管理中心撤销',
};

const skippedAs: Record<OmissionCode, (count: number) => string> = {
  notFound: (count) => `${count} 个未找到`,
  deleted: (count) => `${count} 个已删除`,
  ambiguous: (count) => `${count} 个不明确`,
  external: (count) => `${count} 个来宾`,
  ownGuest: (count) => `${count} 个内部来宾`,
  protected: (count) => `${count} 个受保护`,
  restricted: (count) => `${count} 个受限`,
  unreadable: (count) => `${count} 个未检查`,
};

/** Why, as a sentence without its full stop; what to do about it is {@link doNow}. */
const failures: Record<FailureCode, string> = {
  missingPermission: 'Graph 拒绝：缺少 User.RevokeSessions.All，或无权处理',
  missingRole: 'Entra 拒绝了请求：审批者的角色均无权管理此帐户',
  approverSignIn: '审批者的登录已过期，且未及时重新登录',
  settingsChanged: '批准之后，机器人的管理员更改了调用 Microsoft Graph 的方式',
  missingConsent: 'Microsoft Graph 拒绝了请求：应用需要委托的权限 User.RevokeSessions.All 和管理员同意',
  cannotRead: '无法读取帐户，因此没有发送任何内容：应用需要 User.Read.All、GroupMember.Read.All 和管理员同意',
  protectionUnknown: '无法核对 PROTECTED_USERS 中的一项，因此没有发送任何内容',
  notFound: 'Microsoft Graph 找不到该帐户，而它也不在已删除的帐户之中',
  deleted: '帐户已被删除；已删除的帐户不能登录，因此无需撤销',
  notGraph: '作答的不是 Microsoft Graph，而是代理或防火墙',
  conflict: 'Entra 正忙于该帐户的其他更改',
  external: '请求之后，帐户变为来宾或外部帐户',
  protected: '请求之后，帐户变为受保护的帐户',
  restricted: '请求之后，帐户被加入受限管理管理单元',
  throttled: 'Microsoft Graph 正在限流',
  unavailable: 'Microsoft Graph 不可用',
  noAnswer: 'Microsoft Graph 没有响应，也未见生效。撤销两次无害',
  signIn: '机器人无法登录 Microsoft Graph',
  rejected: 'Microsoft Graph 拒绝了请求',
  approvalVoid: '批准者或请求者已无此权限',
  tooLate: '批准在执行前已过期',
  stopped: '有人在发送前停止了操作',
};

/** What remains when the bot cannot. */
const inEntra = '在 Entra 中撤销';

const doNow: Record<WhatNow, string> = {
  retry: `请几分钟后重试，或${inEntra}`,
  admin: `${inEntra}，并告知机器人的管理员`,
  otherApprover: `请由另一位审批者重试，或${inEntra}`,
  again: '如果仍有需要，请重新请求',
  owners: '请联系紧急访问帐户的保管人',
  unitAdmin: '请让该单元的管理员撤销',
  homeOrganization: '请让其主租户撤销',
};

/** Why a second person is needed. On a list it is left open who it is about. */
const twoPersons: Record<TwoPersonsReason, (count: number) => string> = {
  always: () => '此处须两人同意',
  role: (count) => (count === 1 ? '管理员帐户' : '名单中有管理员'),
  rolesUnknown: () => '无法读取目录角色',
  operator: (count) => (count === 1 ? '此人可在此处请求或审批' : '名单中有人可在此处请求或审批'),
  bulk: (count) => `一次涉及 ${count} 个帐户`,
};

const risks = { none: '无', low: '低', medium: '中', high: '高', hidden: '隐藏' };

const notAvailableWhy: Record<WhyUnknown, string> = {
  cloud: '在此云中不可用',
  licence: '不可用：缺少许可证',
  refused: '不可用：缺少权限或许可证',
  noAnswer: '不可用：没有响应',
};

const problems: Record<DirectoryProblem, string> = {
  missingPermission: `Microsoft Graph 不允许机器人读取用户。请让机器人的管理员授予 User.Read.All 和 GroupMember.Read.All，并完成管理员同意。如果不能等待，请${inEntra}。`,
  notFound: `Microsoft Graph 找不到所需的人，已删除的帐户中也没有。请一分钟后重试。如果一直如此，请${inEntra}。`,
  notGraph: `作答的不是 Microsoft Graph，而是代理或防火墙。请重试。如果再次出现，请${inEntra}，并告知机器人的管理员。`,
  conflict: `Entra 正忙于其他更改。请重试。如果一直如此，请${inEntra}。`,
  throttled: 'Microsoft Graph 正在限流。请一分钟后重试。',
  unavailable: `Microsoft Graph 目前不可用。请一分钟后重试。如果一直如此，请${inEntra}。`,
  noAnswer: `Microsoft Graph 没有及时响应。请重试。如果一直如此，请${inEntra}。`,
  signIn: `机器人无法登录 Microsoft Graph。请告知机器人的管理员。如果不能等待，请${inEntra}。`,
  rejected: `Microsoft Graph 没有接受查询，或返回的内容无法理解。请重试。如果再次出现，请${inEntra}，并告知机器人的管理员。`,
};

const outcomes: Record<ToldOutcome, string> = {
  verified: '已撤销，已验证',
  unverified: '已撤销，尚未验证',
  omitted: '已跳过',
  stopped: '已停止',
  failed: '未撤销',
  unknown: '未知',
};

const verbs: Record<Verb, string> = {
  approve: '批准',
  deny: '拒绝',
  cancel: '撤回',
  stop: '停止',
  continue: '继续',
};

const noOnes: Record<WhyNoOne, string> = {
  bot: '是应用，不是人员',
  group: '是团队、频道、标记或整个聊天；请逐一指明人员',
  several: '此名称提及了多人；请写出所指人员的地址',
  unknown: 'Teams 没有说明这是谁；请写出地址',
  gone: '不在此对话中，或已离开；请写出地址',
  elsewhere: '属于其他组织；只有该组织能撤销；请联系其管理员',
  noAccount: '没有使用帐户参与，因此无需撤销',
  unreadable: '无法向 Teams 查询这是谁；请重试，或写出地址',
};

const hindrances: Record<Hindrance, string> = {
  graph: 'Microsoft Graph 没有响应',
  throttled: 'Microsoft Graph 正在限流',
  signIn: '机器人无法登录 Microsoft Graph',
  between: '作答的不是 Microsoft Graph，而是代理或防火墙',
  unknown: 'Microsoft Graph 或请求的记录没有响应',
};

export const zh: Texts = {
  lang: 'zh',
  refusals,
  limit: ({ most, count, until }) =>
    `上限为 ${most}${count === undefined ? '' : `，加上此请求为 ${count}`}。${until === undefined ? '' : `请在 ${time(until)} 之后再试。`}`,
  omissions,
  skippedAs,
  skipped: (count, kinds) => `已跳过 ${count} 个：${kinds.join('、')}`,
  otherReasons: (count) => `${count} 个其他`,
  failures,
  doNow,
  doNowLabel: '立即：',
  stillSignedIn: (name) => `${name} 仍处于登录状态。`,
  twoPersons: (reason: TwoPersonsReason, count: number, requester: string) =>
    `${twoPersons[reason](count)}：请求者是 ${requester}，须由其他人批准。`,

  notAvailable: '不可用',
  notAvailableWhy,
  none: '无',
  labels: {
    account: '帐户',
    roles: '角色',
    lastSignIn: '上次登录',
    risk: '风险',
    objectId: '对象 ID',
  },
  role: (name, eligible, inUnit) => {
    const notes = [...(eligible ? ['符合条件'] : []), ...(inUnit ? ['仅限一个单元'] : [])];
    return notes.length > 0 ? `${name}（${notes.join('，')}）` : name;
  },
  account: (account) =>
    [
      account.guest ? '来宾' : account.external ? '外部成员' : '成员',
      account.enabled ? '已启用' : '已禁用',
      account.synced ? '从本地同步' : '仅限云',
    ].join('，'),
  lastSignIn: (at, now) => `${ago(Date.parse(at), now.getTime())}，${timeOrDay(at, now)}`,
  noSignIn: '无记录',
  lastAttempt: (at, later) => `${later ? '之后登录失败' : '登录失败'} ${dateTime(at)}`,
  alreadyDisabled: (count, of) =>
    of === 1 ? '已禁用。撤销仍会结束现有会话；请确认其设备也已禁用。' : `${count} 个帐户已禁用。撤销仍会结束现有会话。`,
  risk: (level: Extract<AccountFacts['risk'], { known: true }>['value']) => risks[level],

  noApproverHere: '审批者看不到此一对一聊天。请在有审批者的频道或群聊中请求。',
  imitates: (name, count) =>
    count === 1
      ? `请仔细核对：“${name}”混用多种字母，可能冒充其他名称。`
      : `请仔细核对：${count} 个名称混用多种字母，可能冒充其他名称；第一个是“${name}”。`,
  hidesInName: (name, count) =>
    count === 1
      ? `请仔细核对：“${name}”含有看不见的字符（以 \uFFFD 标出），可能冒充其他名称。`
      : `请仔细核对：${count} 个名称含有看不见的字符（以 \uFFFD 标出），可能冒充其他名称；第一个是“${name}”。`,
  hidesInReason: '请仔细核对：原因中含有看不见的字符（以 \uFFFD 标出）。',
  oneApprover: '任一人可批准：',
  canApprove: '可批准：',
  andOthers: '等人',
  morePeople: (count) => `以及另外 ${count} 人`,
  approvalTitle: (count) => (count === 1 ? '撤销登录会话？' : `撤销 ${count} 个帐户的登录会话？`),
  ownTitle: '在所有设备上注销自己？',
  accountCount: (count) => `${count} 个帐户`,
  approvalFallback: (whom, code, mention) =>
    `${whom}：撤销登录会话需要审批。请${mention ? '提及机器人并' : ''}输入：批准 ${code} 或 拒绝 ${code}。`,
  ownFallback: (whom, code, mention) =>
    `${whom}：撤销自己的登录会话需要确认。请${mention ? '提及机器人并' : ''}输入：批准 ${code} 或 取消 ${code}。`,
  asksForSelf: (reason) => ` 请求撤销自己帐户的会话${reason === null ? '' : `：“${reason}”`}。只有本人可以确认。`,
  asks: (reason) => (reason === null ? ' 提出请求，没有说明原因' : `：“${reason}”`),
  effects: [
    '刷新令牌和会话 Cookie 在几分钟内失效。已颁发的访问令牌在 60 到 90 分钟内可能仍然有效。',
    '不会执行：不禁用帐户，不更改密码，不阻止新的登录。',
  ],
  twoApprovers: '此请求需要两位不同的审批者批准。',
  agreed: (whom, name, code) => `${whom}：还须另一位审批者批准（${code}）。${name} 已批准。`,
  openAlert: '打开警报',
  details: '详情',
  openInEntra: '在 Entra 中打开',
  approveButton: (count) => (count === 1 ? '撤销会话' : `撤销 ${count} 个`),
  buttons: { deny: '拒绝', cancel: '撤回' },
  expires: (asked, expiresAt, now) => {
    const minutes = Math.round((Date.parse(expiresAt) - now.getTime()) / 60_000);
    const left = minutes < 120 ? `${minutes} 分钟后` : `${Math.round(minutes / 60)} 小时后`;
    return `${minutes > 0 ? `${left}过期，` : '过期时间 '}${until(asked, expiresAt)}。`;
  },
  footer: (mention) => `也可${mention ? '提及机器人并' : ''}输入 `,
  or: ' 或 ',
  approveSentence: (code) => `批准 ${code}`,
  denySentence: (code) => `拒绝 ${code}`,
  cancelSentence: (code) => `取消 ${code}`,
  more: (count) => `以及另外 ${count} 个`,
  others: (count, names, hidden, isRest) =>
    `${isRest ? '其余 ' : ''}${count} 个：${names}${hidden > 0 ? ` 以及另外 ${hidden} 个` : ''}`,
  marks: { list: '、', parts: '；', label: '：', sentence: '', end: '。' },
  powerful: '管理员、请求者或审批者',
  morePrivileged: (count, privileged) => `另有 ${count} 个，其中 ${privileged} 个是管理员、请求者或审批者`,
  operator: '可在此请求或批准',
  label: (text) => `${text}：`,
  candidates: (found) =>
    found
      .map(
        ({ id, name, upn, department }) =>
          `${name} <${upn}>${department ? `，${department}` : ''}${id ? `，${id}` : ''}`,
      )
      .join('；'),
  moreCandidates: (count) => `以及至少另外 ${count} 个`,

  signInLate: '请再次点击按钮：Teams 随后会让你登录。',
  waitsFallback: (whom, code) => `${whom}：正在等待审批者登录（${code}）。`,
  signInNotice: (names, whom, code) => `${whom}：请重新登录（${code}）。请在卡片上点击“继续”。${names}`,
  missingRoleRestricted: () =>
    `${failures.missingRole}。此帐户位于受限管理管理单元中：只有在该单元上分配的角色才有权管理`,
  restrictedUnit: '位于受限管理管理单元中：审批者的角色须在该单元上分配，才有权撤销。',
  signIn: '请登录，以便 Microsoft Entra 检查你的角色',
  grantedSince: (until) => `此后授予的权限从机器人的登录于 ${dateTime(until)} 结束时起生效`,
  missingRole: (roles) => `${failures.missingRole}。拥有以下任一角色的审批者可以执行：${roles.join('、')}`,
  signedInFallback: (whom, code) => `${whom}：撤销登录会话需要审批（${code}）。请点击卡片上的按钮。`,
  signedInFooter: (mention) => `请用按钮批准（需要登录）。如不同意，也可${mention ? '提及机器人并' : ''}输入 `,
  around: {
    found: (asOf) => `Entra 日志（截至 ${time(asOf)} 的 24 小时）：`,
    nothing: (asOf) => `截至 ${time(asOf)} 的 24 小时，Entra 日志中没有异常。`,
    nothingFound: '没有异常',
    changes: {
      consent: '应用许可',
      roleGiven: '授予角色',
      methodAdded: '新的登录方法',
      methodRemoved: '删除登录方法',
      passwordReset: '重置密码',
      passwordChanged: '更改密码',
      deviceRegistered: '注册设备',
      groupGiven: '加入组',
    },
    risky: (risk) => `${risks[risk]}风险登录`,
    of: (what) => `（${what}）`,
    by: (who) => `，操作者 ${who}`,
    at: (when) => `，${when}`,
    logs: { changes: '审核日志', signIns: '登录', devices: '设备' },
    somewhere: '国家/地区未知',
    failed: (count, orMore) => `${count} 次${orMore ? '以上' : ''}失败`,
    notLookedAt: (isRead) =>
      `未检查：${isRead ? '收件箱规则、转发，以及应用在用户不参与时进行的登录（此日志中没有）' : '登录方法、应用许可、收件箱规则和转发、应用密码'}`,
    watchingLabel: '是否再次登录：',
    watching: (until) => `机器人读取登录日志，直到 ${time(until)}。`,
    isBack: (count, of, when) =>
      of === 1 ? `再次登录，${when}` : `${of} 个帐户中有 ${count} 个再次登录，最早 ${when}`,
    noneSeen: (when) => `截至 ${when} 未见登录。`,
    notWatched: (why) => `无法判断是否再次登录。登录日志：${why}。`,
    openLog: '登录日志',
    ofAll: (count) => `全部 ${count} 个的 Entra 日志`,
    pageTitle: (code) => `Entra 日志：${code}`,
    reading: '正在读取 Entra 日志；Microsoft Graph 一次只允许少量读取。请一分钟后再次点击按钮。',
  },
  back: {
    title: '撤销后再次登录',
    fallback: (whom, at, code) => `${whom}：再次登录（${code}），${time(at)}。`,
    called: (mentions) => `${mentions}，请检查。`,
    when: '时间',
    where: '地点',
    app: '应用',
    device: '设备',
    kind: '类型',
    others: '另有再次登录',
    after: (at, ms) => `${timeToSecond(at)}，撤销后 ${duration(ms)}`,
    interactive: (isInteractive) => (isInteractive ? '交互式：有人登录' : '非交互式：应用续订了令牌'),
    notThem: '不是本人？',
  },
  unreachable: (whom, code) =>
    `${whom}：无法请求批准（${code}），因为机器人不能在审批者的对话中发布消息。请在有审批者的频道或群聊中请求，并告知机器人的管理员。`,
  followTitle: '等待审批',
  followFallback: (whom, code) => `${whom}：正在等待审批者的对话作出决定（${code}）。`,
  followNotice: (asked, expiresAt) => `审批者会在其对话中决定，截至 ${until(asked, expiresAt)}。结果会显示在此处。`,
  notice: (names, whom, code, until) => `${whom}：需要审批（${code}），截至 ${until}。${names}`,
  reminder: (names, whom, code, until) =>
    `${whom}：审批提醒（${code}）。最晚可在 ${until} 之前决定；当前状态见卡片。${names}`,
  delayed: {
    title: (why) => `尚未完成：${hindrances[why]}。`,
    said: (whom, code, at, why) => `${whom}：截至 ${time(at)}，会话尚未全部撤销（${code}），原因：${hindrances[why]}。`,
    until: (at) => `最迟重试到 ${time(at)}；结果会显示在此处。`,
    byHand: (id) =>
      `如果不能等：请在 Entra 管理中心打开该用户并选择“撤销会话”，或运行 Revoke-MgUserSignInSession -UserId ${id ?? '<对象 ID>'}。撤销两次无害。`,
  },
  stillWorking:
    '尚无答复：写这条消息时，Microsoft Graph 或请求的记录响应缓慢。如果一分钟内没有后续消息，请再次发送；发送两次无害。如果不能等，请在 Entra 管理中心打开该用户并选择“撤销会话”。',
  called: (mention) => `${mention}，结果如下。`,
  waitsTitle: '等待审批者登录',
  signInAgain: ' 已批准此请求，但须重新登录。请点击“继续”。',
  continueButton: '继续',
  againButton: '再次撤销',
  stopButton: (count) => (count === 1 ? '停止' : '停止其余'),
  retryButton: (count) => (count === 1 ? '重试' : '重试失败项'),
  askedAgain: '已重新请求。新卡片随后显示。',
  alreadyOpen: (code, at, now) =>
    `同样的请求已提出，尚未决定：${code}（${ago(Date.parse(at), now.getTime())}）。没有新建卡片。`,
  alreadyAskedAgain: (code) => `此前已重新请求：请查看卡片 ${code}。`,
  progressTitle: (count) => (count === 1 ? '正在撤销登录会话…' : `正在撤销 ${count} 个帐户的会话…`),
  progressText: (done, of, failed, leftMs) =>
    [
      `共 ${of} 个，已完成 ${done} 个`,
      ...(failed > 0 ? [`${failed} 个失败`] : []),
      ...(leftMs === null ? [] : [`大约还需 ${duration(leftMs)}`]),
    ].join('，'),
  progressFallback: (whom, code) => `${whom}：已批准，正在执行（${code}）。`,

  askedBy: '请求：',
  decidedBy: { approve: '批准：', deny: '拒绝：', cancel: '撤回：' },
  stoppedBy: '停止：',
  reasonLabel: '原因：',
  at: (iso) => `，${timeToSecond(iso)}`,
  asked: (iso) => `，${dateTime(iso)}`,
  done: (iso) => `，${time(iso)}`,
  closedTitle: {
    denied: '已拒绝：没有撤销任何会话',
    cancelled: '已撤回：没有撤销任何会话',
    expired: '已过期：没有撤销任何会话',
    superseded: '已替换：有帐户发生变化',
    stopped: '已停止：没有撤销任何会话',
  },
  superseded: '没有批准任何操作。新卡片显示各帐户的当前状态。',
  noDecision: (asked, expiresAt) => `${until(asked, expiresAt)} 之前无人决定。如果仍有需要，请重新发送。`,

  resultTitle: {
    verified: '✓ 会话已撤销，已验证',
    unverified: '会话已撤销，尚未验证',
    omitted: '已跳过：没有撤销任何会话',
    failed: '✗ 未撤销',
  },
  manyTitle: ({ of, revoked, verified }) => {
    if (revoked === 0) return `✗ 未撤销：${of} 个帐户均未成功`;
    if (revoked < of) return `会话已撤销：${of} 个帐户中的 ${revoked} 个`;
    if (verified === of) return `✓ ${of} 个帐户的会话已撤销并验证`;
    return `${of} 个帐户的会话已撤销，${verified === 0 ? '' : `${of - verified} 个`}尚未验证`;
  },
  outcome: outcomes,
  allOf: (count, why) => `全部 ${count} 个：${why}`,
  moreOutcomes: (hidden, isRest) =>
    `${isRest ? '以及' : ''}${hidden.map(({ count, outcome }) => `${isRest ? '另外 ' : ''}${count} 个：${outcomes[outcome]}`).join('；')}`,
  resultFallback: (whom, title, code) => `${whom}：${title}（${code}）。`,
  deadNow: {
    label: '几分钟内失效：',
    text: (iso, ofAll) =>
      `${dateTimeToSecond(iso)} 之前颁发的刷新令牌和会话 Cookie${ofAll ? '' : '（限已验证的帐户）'}`,
  },
  canStillGetIn: (iso, promptServices) => ({
    label: `${time(iso)} 前仍可用：`,
    text: `已开应用${promptServices.length === 0 ? '' : `（${promptServices.join('、')} 约 15 分钟）`}，及密码登录。`,
  }),
  mayLive: {
    label: '已颁发的访问令牌：',
    text: (promptServices) =>
      promptServices.length === 0
        ? '有效 60 到 90 分钟；没有条件访问或按令牌策略，可达 2 小时以上。没有文档说明此云中有服务会提前结束这些令牌。'
        : `有效 60 到 90 分钟；没有条件访问或按令牌策略，可达 2 小时以上。适用连续访问评估的 ${promptServices.join('、')} 约 15 分钟。`,
  },
  notVerified: {
    label: '尚未验证：',
    text: 'Microsoft 已接受请求，但尚未看到生效。机器人会继续检查一小时，并更新此消息。再次撤销无害。',
  },
  notCovered: {
    label: '不包括：',
    text: '新的登录、应用自行保存的会话、来宾、本地环境中的会话',
  },
  next: {
    label: '下一步：',
    cloud: (count) =>
      count === 1 ? '禁用帐户，重置密码，再次撤销，禁用设备。' : '禁用这些帐户，重置其密码，再次撤销，禁用其设备。',
    synced: (count) =>
      count === 1
        ? '在本地 Active Directory 中禁用帐户并重置密码两次；然后再次撤销，禁用设备。'
        : '在本地 Active Directory 中禁用这些帐户并重置其密码两次；然后再次撤销，禁用其设备。',
    mixed: '禁用这些帐户，重置其密码（从本地同步的帐户：在 Active Directory 中重置两次），再次撤销，禁用其设备。',
    self: '如果其他人可能知道密码，请立即更改并再次撤销，并请管理员禁用丢失的设备。',
  },
  trace: {
    graphRequest: (id) => `request-id ${id}`,
    clientRequest: (id) => `client-request-id ${id}`,
    graphDate: (iso) => `Graph 日期 ${dateTimeToSecond(iso)}`,
    trail: (head) => `审计 ID ${head.slice(0, 12)}`,
  },

  lookUp: {
    showAll: (count) => `显示全部 ${count} 个`,
    back: '返回请求',
    next: '下一页',
    previous: '上一页',
    accountsTitle: (code, count) => `${code} 的 ${count} 个帐户`,
    older: '较早',
    newer: '较新',
    open: '转到卡片',
    openTitle: (count) => `此处有 ${count} 个未完成的请求`,
    nothingOpen: '此处没有未完成的请求。已结束的请求可用其代码查看：状态 K7F3',
    openFallback: (count) => `此处有 ${count} 个未完成的请求。`,
    page: (title, page, pages) => `${title}，第 ${page} 页，共 ${pages} 页`,
    unknownCode: '此对话中没有使用该代码的请求。输入“状态”可查看此处未完成的请求；其他对话的请求，请在该对话中查看。',
    waits: '等待决定',
    waitsUntil: (asked, expiresAt) => `等待决定，截至 ${until(asked, expiresAt)}`,
    carriedOut: '正在执行',
    accounts: (count, names, hidden) => `${count} 个帐户：${names}${hidden > 0 ? ` 以及另外 ${hidden} 个` : ''}`,
    askedBy: (name, at) => `${name} 提出请求，${dateTime(at)}`,
    askedForOneOf: (name, at, count) => `${name} 提出请求，${dateTime(at)}，此帐户为 ${count} 个帐户之一`,
    decidedBy: (verb, name, at) => `${name} 已${verbs[verb]}，${dateTime(at)}`,
    reason: (reason) => `原因：${reason}`,
    elsewhere: (hasReason) => (hasReason ? '在其他对话中；原因仅在该对话中显示' : '在其他对话中'),
    proof: (validFrom) => `已验证：${dateTime(validFrom)} 之前开始的会话已结束`,
    why: (reason) => `未撤销的原因：${reason}`,
    heading: '经过',
    at: (iso, withDay) => (withDay ? dateTimeToSecond(iso) : timeToSecond(iso)),
    timeline: {
      agreed: (by) => `${by} 作为两人中的第一位批准了`,
      asked: (name) => `${name} 提出请求`,
      posted: '已发布卡片',
      postedAgain: '已重新发布卡片',
      refused: (name, verb, times) => `${name} 试图${verbs[verb]}，被拒绝${times > 1 ? ` ${times} 次` : ''}`,
      decided: (verb: DecisionVerb, name) => `${name} 已${verbs[verb]}`,
      explained: (name, reason) => `${name} 说明了原因：${reason}`,
      signInLost: '审批者的登录已丢失',
      signedIn: (name) => `${name} 已重新登录`,
      started: (count) => (count === 1 ? '已开始' : `已开始处理 ${count} 个帐户`),
      unclear: 'Graph 没有给出明确的答复；已再次检查',
      stopped: (name) => `${name} 已停止`,
      finished: '已完成',
      expired: '已过期：无人及时决定',
      replaced: (code) => `已由 ${code} 替换`,
      told: '已发布结果',
      notTold: '无法在对话中发布结果',
      proofFound: (count) => (count === 1 ? '之后读回显示已生效' : `之后读回显示 ${count} 个已生效`),
      proofGivenUp: '一小时内未显示生效',
      lookedAround: (count) => (count === 0 ? '已读取 Entra 日志：没有异常' : `已读取 Entra 日志：${count} 条发现`),
      cameBack: (name, others) => `${name}${others > 0 ? `和另外 ${others} 人` : ''}再次登录`,
      watchEnded: '已停止观察登录',
    },
    historyTitle: '历史记录',
    historyFallback: (name) => `针对 ${name} 的过往请求。`,
    noHistory: '此处从未对此帐户提出请求。',
    noOlder: '没有更早的记录。',
    incomplete: '有些请求无法读取，因此此处有缺漏。机器人的管理员可在日志中看到原因。',
    notOperator: '只有可请求或审批的人员才能查看帐户的历史记录。没有查找任何帐户。',
    whose: '查看谁的历史记录？请指定一个帐户：历史记录 name@example.com',
    notFound: '无法显示历史记录：',
    tooSlow: 'Microsoft Graph 或请求的记录目前很慢。请再次点击按钮。',
  },

  whatIfTitle: (count) => (count === 1 ? '模拟：撤销登录会话' : `模拟：撤销 ${count} 个帐户的登录会话`),
  whatIfNotice: '仅为模拟：没有提出请求，也没有发送任何内容。',
  wouldAsk: '将请求',
  wouldAskText: (minutes) => `在此对话中审批，有效期 ${minutes} 分钟`,
  wouldCheck: '将检查',
  wouldCheckText: ['审批者在批准时是否有权批准', '每次调用之前，帐户是否已变为受保护或外部帐户'],
  wouldSend: '将发送到 Microsoft Graph',
  wouldRead: '将读回',

  helpTitle: 'Session Revoker',
  helpFallback: '输入：撤销会话 name@example.com',
  helpIntro: '经审批者批准后，撤销用户在所有设备上的 Microsoft Entra 登录会话。可输入：',
  helpCommands: [
    { sentence: '撤销会话 name@example.com', does: '请求审批；可写多个地址' },
    { sentence: '撤销会话 name@example.com 原因 手机被盗', does: '同上，并说明原因' },
    { sentence: '模拟 撤销会话 name@example.com', does: '显示会发生什么；不请求，也不发送' },
    { sentence: '撤销我的会话', does: '撤销你自己的会话，由你确认；所有成员可用' },
    { sentence: '批准 K7F3', does: '用卡片上的代码批准；也可用 拒绝 K7F3（原因 …）和 取消 K7F3' },
    { sentence: '停止 K7F3', does: '停止正在执行的请求；已撤销的帐户不会恢复' },
    { sentence: '状态', does: '此处未完成的请求；状态 K7F3 显示一个请求及其经过' },
    { sentence: '历史记录 name@example.com', does: '针对该帐户的过往请求' },
  ],
  welcomeIntro: '经审批者批准后，撤销用户在所有设备上的 Microsoft Entra 登录会话。所有操作均有记录。',
  welcomeCommands: [
    {
      sentence: '撤销会话 name@example.com 原因 手机被盗',
      does: '示例；对话中有其他人时，请先提及机器人',
    },
    { sentence: '帮助', does: '可以输入的其他命令' },
  ],
  welcomeFooter: '由安全团队决定谁可请求、谁可审批。任何人都可输入：撤销我的会话',
  helpFooter: '在频道或群聊中，请先提及机器人。',
  hint: '没有理解。请尝试：撤销会话 name@example.com，或：帮助',
  unclear: (words) => `不是地址或对象 ID：${words.join('、')}。没有提出请求。请写完整地址，例如 name@example.com。`,
  scripts: { cyrillic: '西里尔字母', greek: '希腊字母' },
  foreignLetters: (letters, plain) =>
    `Entra 地址中不能有 ${letters.join('、')}。${plain === '' ? '' : `你是指 ${plain} 吗？`}请按 Entra 中的写法填写地址。`,
  noOneNamed: '要撤销谁的会话？请写出地址：撤销会话 name@example.com',
  miscalled: (label, upn, name) => `${upn} 旁边写着“${label}”，但该帐户的名称是 ${name}。`,
  order: (targets, reason, dryRun) =>
    `${dryRun ? '模拟 ' : ''}撤销会话 ${targets.join('，')}${reason === null ? '' : ` 原因 ${reason}`}`,
  noRequestMade: '没有提出请求。',
  suggestionTitle: '你是指…',
  requestApproval: '请求审批',
  ownOrder: '撤销我的会话',
  signMeOut: '注销我自己',
  answerFollows: '答复将显示在此对话中。',
  suggestionFallback: '没有提出请求。你是指另一句话吗？',
  notRequested: '没有提出请求：',
  mentionsNoOne: (label, why) => `${label}：${noOnes[why]}`,
  tooManyMentions: (most) => `没有提出请求。一条消息最多可提及 ${most} 人。请改写地址，或分成多条消息发送。`,
  differing: (shown, leadsTo) => `消息显示的是 ${shown}，其链接或括号中却是 ${leadsTo}。请只写所指的地址。`,
  severalInRow: (addresses) => `同一行中有多个地址：${addresses.join('、')}。请只保留所指的一个。`,
  why: {
    button: '说明原因',
    title: '为什么拒绝？',
    hint: '手机已找到',
    submit: '添加原因',
    typed: (code, mention) => `要说明原因，请${mention ? '提及机器人并' : ''}输入：拒绝 ${code} 原因 手机已找到`,
  },
  dialog: {
    title: '撤销会话',
    heading: '要撤销谁的登录会话？',
    fallback: '请求撤销登录会话。',
    filledIn: '已根据该消息填写，而任何人都可能写下该消息。请核对此处列出的人员。',
    nothingFound: '该消息中没有地址。请指明人员。',
    notLookedUp: '尚未查找，因为目录没有立即响应。',
    notAll: '该消息中的地址比此处列出的多。',
    picked: (who) => `已选择：${who}`,
    people: '人员',
    peopleHint: '输入姓名',
    addresses: '地址或对象 ID',
    addressesHint: 'adele@contoso.com, isaiah@contoso.com',
    reason: '原因',
    reasonHint: '手机被盗',
    whatIf: '模拟：显示会发生什么，不请求任何人',
    noOneNamed: '没有指定任何人。请选择人员，或写出其地址。',
    refused: '没有提出请求',
    late: '仍在检查',
    lateText: '用时比平常长，尚未发出任何请求。可以关闭此窗口。如果一分钟内此对话中没有出现卡片，请再次请求。',
    installTitle: '在此处添加 Session Revoker？',
    notAskedYet: '尚未提出请求。',
    installText:
      '它尚未加入此对话，因此无法发布请求审批的卡片。添加后会打开对话框。此后，这里的所有人都能看到它，并可在其名单允许的范围内使用。',
    installAdd: '添加到此处',
  },
  unknownInvoke: '机器人不识别该操作。没有执行任何操作。',
  flood: '一次发送过多。接下来一分钟内我不会答复你；未完成的请求保持不变。',
  editedIsNoOrder: '编辑过的消息不作为指令。未执行任何操作。请作为新消息重新发送。',
  tooLong: '该消息过长。没有提出请求。请拆分名单。',
  notAllowedHere: '机器人未在此对话中启用。',
  noPerson: '我只能接受此组织人员的请求。',
  problem: (problem) => `没有执行任何操作。${problems[problem]}`,
  internal: '此处出错；没有执行任何操作。请重试。机器人的管理员可在日志中查看详细信息。',
  unreadableRequest: {
    damaged:
      '此请求的记录已损坏。没有人能在此处决定或执行，重试也无济于事。请在 Entra 管理中心打开该用户并选择“撤销会话”，并告知机器人的管理员；详细信息见日志。',
    newer: '较新版本的机器人会继续处理此请求。此处没有执行任何操作。请几分钟后重试，或在 Entra 管理中心撤销。',
  },
  inDoubt: '不能确定是否已记录：请求的记录没有及时响应。请一分钟后查看卡片，如果没有变化，请重试。',
  isDecided: '此请求已有决定，并已记录。无法在此处显示其卡片。',
  stillOpen: '现在无法读取你在此处的权限。以原来的卡片为准。',
  stillChecking: (slow) =>
    `尚未决定：${slow === 'store' ? '请求的记录' : 'Microsoft Graph'}响应缓慢。如果一分钟后卡片没有变化，请再按一次；按两次无害。`,
  ownAccount: (name, verb, code) =>
    `${name} 试图${verbs[verb]} ${code}，而该请求涉及其本人的帐户。已被拒绝，没有任何改变：须由其他人决定。`,
  renamed: (before, now) => `${before} 现名 ${now}`,
  lateAnswer: (name, answer) => `${name}：${answer}`,
};

function ago(then: number, now: number): string {
  const minutes = Math.max(0, Math.round((now - then) / 60_000));
  if (minutes < 60) return `${minutes} 分钟前`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return `${hours} 小时前`;
  const days = Math.round(hours / 24);
  return days < 365 ? `${days} 天前` : `${years(days)} 年前`;
}

function duration(ms: number): string {
  return ms < 90_000 ? `${Math.ceil(ms / 10_000) * 10} 秒` : `${Math.round(ms / 60_000)} 分钟`;
}

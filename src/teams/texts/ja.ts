import type { DirectoryProblem } from '../../app/errors.ts';
import type { OmissionCode, WhyUnknown } from '../../domain/account.ts';
import type { RefusalCode } from '../../domain/command.ts';
import type { Hindrance } from '../../domain/notifications.ts';
import type { TwoPersonsReason, Verb } from '../../domain/request.ts';
import type { FailureCode } from '../../domain/result.ts';
import type { Texts, ToldOutcome, WhatNow, WhyNoOne } from './en.ts';
import { dateTime, dateTimeToSecond, time, timeOrDay, timeToSecond, until, years } from './format.ts';

/**
 * Every sentence a person reads, in Japanese. Terms are those of Microsoft's Japanese documentation; names of roles,
 * permissions, settings and commands of PowerShell stay as they are. What follows a label as a phrase ends without 。
 */

const refusals: Record<RefusalCode, string> = {
  notMember: 'この操作ができるのは、この組織のメンバーだけです。ゲストにはできません。',
  disabled: 'あなたのアカウントは無効になっているため、この操作はできません。',
  notRequester: 'あなたには、取り消しを要求する権限がありません。セキュリティ チームに追加を依頼してください。',
  notApprover: '判断できるのは承認者だけです。この要求は承認待ちのままです。',
  notRequesterNorApprover: '取り下げや停止ができるのは、要求者と承認者だけです。何も変わっていません。',
  secondApprover: 'あなたはすでに承認しています。もう 1 人の承認者の承認が必要です。',
  isTarget:
    'これはあなた自身のアカウントについての要求のため、ほかの人が判断する必要があります。何も変わっていません。',
  onlySelf: '判断できるのは、アカウントの本人だけです。',
  twoPersons: 'あなたが要求したため、別の承認者の承認が必要です。',
  expired: 'この要求は期限切れで、何も取り消していません。まだ必要な場合は、もう一度送信してください。',
  alreadyDecided: 'この要求は、すでに承認、拒否または取り下げられています。',
  notStarted: 'この要求はまだ承認されていないため、停止するものがありません。代わりに拒否するか、取り下げてください。',
  askerMayNot:
    '要求者は、もう要求できません（一覧にない、無効、または削除済み）。何も承認していません。この要求は拒否してください。要求できる人なら、もう一度送信できます。',
  tooLongAgo: 'この結果は 1 日以上前のものです。新しく要求してください: セッション取り消し name@example.com',
  nothingToRetry: '失敗したアカウントはないため、再試行するものはありません。',
  superseded: 'このカードの投稿後にアカウントの状態が変わったため、承認しませんでした。新しいカードを使ってください。',
  targetGone: '実行できなくなりました。カードのアカウントの状態か、要求者の権限が変わりました。何も承認していません。',
  cardNotThere: 'この要求のカードはまだ表示されていません。表示されるのを待ってから、もう一度操作してください。',
  olderThanRequest: 'この発言は、要求が出される前のものです。カードを確認してから、もう一度操作してください。',
  unknownRequest: 'この会話に、そのコードの承認待ちの要求はありません。',
  noTargets: 'この要求にアカウントが残っていません。',
  noApprover:
    '承認できる人がいないため、要求しませんでした。承認者は、あなたか対象の本人だけです。ボットの管理者に連絡してください。急ぐ場合は、Entra 管理センターで取り消してください。',
  tooManyTargets: '1 件の要求で指定できる人数を超えています。一覧を分けてください。',
  tooManyOpen:
    'この会話には、未完了の要求が多すぎます。状況 と入力して確認し、先にいくつかを判断するか、取り下げてください。',
  tooManyOfYours:
    'あなたの承認待ちの要求が、1 人に許される数に達しています。先にいくつかを判断するか、取り下げてください。',
  hourlyLimit: 'この要求者は、1 時間あたりのアカウント数の上限に達しました。',
  lookUpLimit:
    '1 分間に確認したアカウントが多すぎるため、検索も要求も行いませんでした。1 分後にもう一度お試しください。',
  protectionUnknown:
    '現在は取り消せません。PROTECTED_USERS の項目を確認できず、保護対象のアカウントがわかりません。ボットの管理者に連絡してください。どの項目かはログにあります。急ぐ場合は、Entra 管理センターで取り消してください。',
  reasonRequired: '末尾に理由を追加してください: … 理由 スマートフォンの盗難',
  signInNeeded: '承認するには、カードのボタンを押してください。サインインが必要です。',
  onlyDenier: '理由を書けるのは、この要求を拒否した本人だけです。',
  reasonGiven: '理由はすでにカードに表示されています。変更はできません。',
  onlyApprover: '続行できるのは承認者だけです。本人が続行できない場合は、カードで停止し、もう一度要求してください。',
  signInInvalid:
    '何も実行していません。このボット用のサインインではないか、古すぎます。Teams からサインアウトしてサインインし直し、もう一度ボタンを押してください。',
  signInOfAnother: '何も実行していません。この操作に使われたサインインは、あなたのものではありません。',
  signInTooWeak:
    '何も実行していません。このアカウントはほかの人に対する権限を持つ可能性があり、より強いサインイン（条件付きアクセス）が必要です。Teams からサインアウトし、その方法でサインインしてから、もう一度ボタンを押してください。',
  signInConsent:
    '何も実行していません。委任されたアクセス許可 User.RevokeSessions.All に、管理者の同意がありません。ボットの管理者に連絡してください。',
  signInRefused:
    '何も実行していません。ボットがあなたの代わりに操作することを、Entra が拒否しました。Teams からサインアウトしてサインインし直し、もう一度ボタンを押してください。解決しない場合は、Entra のあなたのサインイン ログで、管理者が原因を確認できます。',
  signInMisconfigured:
    '何も実行していません。ボットが Entra にサインインできません。あなたの操作の問題ではありません。ボットの管理者に連絡し、その間は Entra 管理センターで取り消してください。',
  settingsChanged: '何も実行していません。要求の後に、ボットの設定が変更されました。もう一度送信してください。',
  signInUnavailable:
    '何も実行していません。現在、あなたのサインインを確認できません。少し待ってから、もう一度ボタンを押してください。',
  notYours: '別のインスタンスが処理中です。',
  notNow: '要求の現在の状態では、この操作はできません。',
};

/** With what to do instead. A colon and a command to copy may follow. */
const omissions: Record<OmissionCode, string> = {
  notFound: 'このアドレスまたは ID のアカウントはありません。入力に誤りがないか確認してください',
  deleted: '削除済みのアカウントです。サインインできないため、復元されない限り、取り消すものはありません',
  ambiguous: '複数のアカウントが該当します。いずれかのオブジェクト ID で、もう一度要求してください',
  external:
    'ゲストまたは外部のアカウントです。セッションを取り消せるのはホーム テナントだけです。ここではアカウントを無効にできます',
  ownGuest: '内部ゲスト アカウントには対応していません。Entra 管理センターで取り消してください',
  protected: '保護対象のアカウントのため、ボットは操作しません。緊急アクセス用アカウントの管理者に連絡してください',
  restricted: '制限付き管理の管理単位に属しています。その管理単位の管理者が取り消す必要があります',
  unreadable:
    '保護対象かどうかを確認できないため、スキップしました。もう一度要求するか、Entra 管理センターで取り消してください',
};

const skippedAs: Record<OmissionCode, (count: number) => string> = {
  notFound: (count) => `不明 ${count}`,
  deleted: (count) => `削除済み ${count}`,
  ambiguous: (count) => `複数該当 ${count}`,
  external: (count) => `ゲスト ${count}`,
  ownGuest: (count) => `内部ゲスト ${count}`,
  protected: (count) => `保護対象 ${count}`,
  restricted: (count) => `制限付き ${count}`,
  unreadable: (count) => `確認不可 ${count}`,
};

/** Why, as a sentence without its full stop; what to do about it is {@link doNow}. */
const failures: Record<FailureCode, string> = {
  missingPermission: 'Graph が拒否: User.RevokeSessions.All がないか、操作できないアカウント',
  missingRole: 'Entra に拒否されました。承認者のロールでは、このアカウントを操作できません',
  approverSignIn: '承認者のサインインの期限が切れ、期限までに更新されませんでした',
  settingsChanged: '承認の後に、ボットの管理者が Microsoft Graph の呼び出し方法を変更しました',
  missingConsent:
    'Microsoft Graph に拒否されました。アプリには、委任されたアクセス許可 User.RevokeSessions.All と管理者の同意が必要です',
  cannotRead:
    'アカウントを読み取れなかったため、送信しませんでした。アプリには User.Read.All と GroupMember.Read.All、および管理者の同意が必要です',
  protectionUnknown: 'PROTECTED_USERS の項目を確認できないため、送信しませんでした',
  notFound: 'Microsoft Graph にアカウントが見つからず、削除済みの一覧にもありません',
  deleted: 'アカウントは削除されました。削除されたアカウントはサインインできないため、取り消すものはありません',
  notGraph: 'Microsoft Graph ではなく、プロキシまたはファイアウォールが応答しました',
  conflict: 'Entra がこのアカウントの別の変更を処理中でした',
  external: '要求の後に、ゲストまたは外部のアカウントになりました',
  protected: '要求の後に、保護対象のアカウントになりました',
  restricted: '要求の後に、制限付き管理の管理単位に追加されました',
  throttled: 'Microsoft Graph が要求を制限しています',
  unavailable: 'Microsoft Graph を利用できませんでした',
  noAnswer: 'Microsoft Graph から応答がなく、反映も確認できません。2 回取り消しても問題ありません',
  signIn: 'ボットが Microsoft Graph にサインインできませんでした',
  rejected: 'Microsoft Graph が呼び出しを拒否しました',
  approvalVoid: '承認者または要求者に、もうその権限がありません',
  tooLate: '実行前に承認の期限が切れました',
  stopped: '送信前に停止されました',
};

/** What remains when the bot cannot. */
const inEntra = 'Entra で取り消してください';

const doNow: Record<WhatNow, string> = {
  retry: `数分後に再試行するか、${inEntra}`,
  admin: 'Entra で取り消し、ボットの管理者に連絡',
  otherApprover: `別の承認者で再試行するか、${inEntra}`,
  again: 'まだ必要な場合は、もう一度要求してください',
  owners: '緊急アクセス用アカウントの管理者に連絡してください',
  unitAdmin: 'その管理単位の管理者に取り消しを依頼してください',
  homeOrganization: 'ホーム テナントに取り消しを依頼してください',
};

/** Why a second person is needed. On a list it is left open who it is about. */
const twoPersons: Record<TwoPersonsReason, (count: number) => string> = {
  always: () => 'ここでは 2 人での確認が必要です',
  role: (count) => (count === 1 ? '管理者です' : '管理者が含まれています'),
  rolesUnknown: () => 'ディレクトリ ロールを確認できません',
  operator: (count) =>
    count === 1 ? 'ここで要求または承認ができる人です' : 'ここで要求または承認ができる人が含まれています',
  bulk: (count) => `一度に ${count} 件のアカウントが対象です`,
};

const risks = { none: 'なし', low: '低', medium: '中', high: '高', hidden: '非表示' };

const notAvailableWhy: Record<WhyUnknown, string> = {
  cloud: 'このクラウドでは取得不可',
  licence: '取得不可（ライセンスがありません）',
  refused: '取得不可（アクセス許可またはライセンスの不足）',
  noAnswer: '取得不可（応答なし）',
};

const problems: Record<DirectoryProblem, string> = {
  missingPermission: `ボットがユーザーを読み取ることを、Microsoft Graph が拒否しました。User.Read.All と GroupMember.Read.All を管理者の同意付きで許可するよう、ボットの管理者に依頼してください。急ぐ場合は、${inEntra}。`,
  notFound: `必要な人が Microsoft Graph に見つかりません。削除済みの一覧にもありません。1 分後にもう一度お試しください。続く場合は、${inEntra}。`,
  notGraph: `Microsoft Graph ではなく、プロキシまたはファイアウォールが応答しました。もう一度お試しください。繰り返す場合は、${inEntra}。ボットの管理者にも連絡してください。`,
  conflict: `Entra が別の変更を処理中です。もう一度お試しください。続く場合は、${inEntra}。`,
  throttled: 'Microsoft Graph が要求を制限しています。1 分後にもう一度お試しください。',
  unavailable: `現在、Microsoft Graph を利用できません。1 分後にもう一度お試しください。続く場合は、${inEntra}。`,
  noAnswer: `Microsoft Graph が時間内に応答しませんでした。もう一度お試しください。続く場合は、${inEntra}。`,
  signIn: `ボットが Microsoft Graph にサインインできませんでした。ボットの管理者に連絡してください。急ぐ場合は、${inEntra}。`,
  rejected: `Microsoft Graph が問い合わせを受け付けなかったか、応答が正しくありませんでした。もう一度お試しください。繰り返す場合は、${inEntra}。ボットの管理者にも連絡してください。`,
};

const outcomes: Record<ToldOutcome, string> = {
  verified: '取り消し済み（確認済み）',
  unverified: '取り消し済み（未確認）',
  omitted: 'スキップ',
  stopped: '停止',
  failed: '取り消し失敗',
  unknown: '結果不明',
};

const verbs: Record<Verb, string> = {
  approve: '承認',
  deny: '拒否',
  cancel: '取り下げ',
  stop: '停止',
  continue: '続行',
};

const noOnes: Record<WhyNoOne, string> = {
  bot: '人ではなくアプリです',
  group: 'チーム、チャネル、タグまたはチャット全体です。1 人ずつ指定してください',
  several: 'この名前で複数の人がメンションされています。対象の人のアドレスを入力してください',
  unknown: '誰なのかを Teams から取得できませんでした。アドレスを入力してください',
  gone: 'この会話のメンバーではありません。アドレスを入力してください',
  elsewhere: 'ほかの組織の人です。取り消せるのはその組織だけです。その管理者に連絡してください',
  noAccount: 'アカウントなしで参加しているため、取り消すものはありません',
  unreadable: '誰なのかを Teams に確認できませんでした。もう一度試すか、アドレスを入力してください',
};

const hindrances: Record<Hindrance, string> = {
  graph: 'Microsoft Graph から応答がありません',
  throttled: 'Microsoft Graph が要求を制限しています',
  signIn: 'ボットが Microsoft Graph にサインインできません',
  between: 'Microsoft Graph ではなく、プロキシまたはファイアウォールが応答しています',
  unknown: 'Microsoft Graph または要求の記録から応答がありません',
};

export const ja: Texts = {
  lang: 'ja',
  refusals,
  limit: ({ most, count, until }) =>
    `上限は ${most} 件です${count === undefined ? '' : `（この要求を含めると ${count} 件）`}。${until === undefined ? '' : `${time(until)} 以降にもう一度お試しください。`}`,
  omissions,
  skippedAs,
  skipped: (count, kinds) => `スキップ ${count} 件: ${kinds.join('、')}`,
  otherReasons: (count) => `その他 ${count}`,
  failures,
  doNow,
  doNowLabel: '今すぐ:',
  stillSignedIn: (name) => `${name} さんはサインイン中です。`,
  twoPersons: (reason, count, requester) =>
    `${twoPersons[reason](count)}。要求した ${requester} さん以外が承認します。`,

  notAvailable: '取得不可',
  notAvailableWhy,
  none: 'なし',
  labels: {
    account: 'アカウント',
    roles: 'ロール',
    lastSignIn: '最終サインイン',
    risk: 'リスク',
    objectId: 'オブジェクト ID',
  },
  role: (name, eligible, inUnit) => {
    const notes = [...(eligible ? ['資格あり'] : []), ...(inUnit ? ['1 つの単位のみ'] : [])];
    return notes.length > 0 ? `${name} (${notes.join('、')})` : name;
  },
  account: (account) =>
    [
      account.guest ? 'ゲスト' : account.external ? '外部メンバー' : 'メンバー',
      account.enabled ? '有効' : '無効',
      account.synced ? 'オンプレミスから同期' : 'クラウドのみ',
    ].join('、'),
  lastSignIn: (at, now) => `${ago(Date.parse(at), now.getTime())}、${timeOrDay(at, now)}`,
  noSignIn: '記録なし',
  lastAttempt: (at, later) => `${later ? 'その後に失敗した試行' : '失敗した試行'} ${dateTime(at)}`,
  alreadyDisabled: (count, of) =>
    of === 1
      ? 'すでに無効なアカウントです。取り消すと、残っているセッションも終了します。デバイスも無効になっているか確認してください。'
      : `${count} 件のアカウントはすでに無効です。取り消すと、残っているセッションも終了します。`,
  risk: (level) => risks[level],

  noApproverHere:
    'この 1 対 1 のチャットは承認者に見えません。承認者がいるチャネルまたはグループ チャットで要求してください。',
  imitates: (name, count) =>
    count === 1
      ? `注意: 「${name}」には複数の文字体系の文字が混在しています。別の名前に見せかけている可能性があります。`
      : `注意: 複数の文字体系の文字が混在する名前が ${count} 件あります。別の名前に見せかけている可能性があります。最初の名前は「${name}」です。`,
  hidesInName: (name, count) =>
    count === 1
      ? `注意: 「${name}」には目に見えない文字 (\uFFFD で表示) が含まれています。別の名前に見せかけている可能性があります。`
      : `注意: 目に見えない文字 (\uFFFD で表示) を含む名前が ${count} 件あります。別の名前に見せかけている可能性があります。最初の名前は「${name}」です。`,
  hidesInReason: '注意: 理由に、目に見えない文字 (\uFFFD で表示) が含まれています。',
  oneApprover: 'いずれか 1 人が承認:',
  canApprove: '承認できる人:',
  andOthers: 'ほか',
  morePeople: (count) => `ほか ${count} 人`,
  approvalTitle: (count) =>
    count === 1 ? 'セッションを取り消しますか？' : `${count} 件のセッションを取り消しますか？`,
  ownTitle: '自分をすべてサインアウトしますか？',
  accountCount: (count) => `${count} 件のアカウント`,
  approvalFallback: (whom, code, mention) =>
    `${whom}: サインイン セッションの取り消しに承認が必要です。${toBot(mention)}承認 ${code} または 拒否 ${code} と入力してください。`,
  ownFallback: (whom, code, mention) =>
    `${whom}: 自分のサインイン セッションの取り消しに確認が必要です。${toBot(mention)}承認 ${code} または キャンセル ${code} と入力してください。`,
  asksForSelf: (reason) =>
    ` さん本人のアカウントの要求です。${reason === null ? '' : `理由: 「${reason}」。`}承認できるのは本人だけです。`,
  asks: (reason) => (reason === null ? ' さんの要求（理由なし）' : ` さん: 「${reason}」`),
  effects: [
    '更新トークンとセッション Cookie は数分以内に無効になります。発行済みのアクセス トークンは、60 ～ 90 分使える場合があります。',
    '行わないこと: アカウントの無効化、パスワードの変更、新しいサインインのブロック。',
  ],
  twoApprovers: 'この要求には、異なる 2 人の承認者の承認が必要です。',
  agreed: (whom, name, code) => `${whom}: もう 1 人の承認が必要です (${code})。${name} さんは承認済みです。`,
  openAlert: 'アラートを開く',
  details: '詳細',
  openInEntra: 'Entra で開く',
  approveButton: (count) => (count === 1 ? 'セッションを取り消す' : `${count} 件を取り消す`),
  buttons: { deny: '拒否', cancel: '取り下げ' },
  expires: (asked, expiresAt, now) => {
    const minutes = Math.round((Date.parse(expiresAt) - now.getTime()) / 60_000);
    const left = minutes < 120 ? `${minutes} 分後` : `${Math.round(minutes / 60)} 時間後`;
    return `期限 ${minutes > 0 ? `${left}、` : ''}${until(asked, expiresAt)}。`;
  },
  footer: (mention) => `${mention ? 'メンションで' : ''}入力も可: `,
  or: ' または ',
  approveSentence: (code) => `承認 ${code}`,
  denySentence: (code) => `拒否 ${code}`,
  cancelSentence: (code) => `キャンセル ${code}`,
  more: (count) => `ほか ${count} 件`,
  others: (count, names, hidden, isRest) =>
    `${isRest ? 'その他 ' : ''}${count} 件: ${names}${hidden > 0 ? ` ほか ${hidden} 件` : ''}`,
  marks: { list: '、', parts: '。', label: ': ', sentence: '', end: '。' },
  powerful: '管理者、要求者または承認者',
  morePrivileged: (count, privileged) => `ほか ${count} 件。うち ${privileged} 件は管理者、要求者または承認者`,
  operator: 'ここで要求または承認ができる人',
  label: (text) => `${text}:`,
  candidates: (found) =>
    found
      .map(
        ({ id, name, upn, department }) =>
          `${name} <${upn}>${department ? `、${department}` : ''}${id ? `、${id}` : ''}`,
      )
      .join('；'),
  moreCandidates: (count) => `ほか ${count} 件以上`,

  signInLate: 'もう一度ボタンを押してください。Teams のサインインが行われます。',
  waitsFallback: (whom, code) => `${whom}: 承認者のサインインを待っています（${code}）。`,
  signInNotice: (names, whom, code) =>
    `${whom}: もう一度サインインしてください（${code}）。カードの「続行」を押してください。${names}`,
  missingRoleRestricted: () =>
    `${failures.missingRole}。制限付き管理の管理単位に属しているため、その管理単位で割り当てられたロールでしか操作できません`,
  restrictedUnit:
    '制限付き管理の管理単位に属しています。操作できるのは、その管理単位でロールを割り当てられた承認者だけです。',
  signIn: 'Microsoft Entra がロールを確認できるように、サインインしてください',
  grantedSince: (until) =>
    `その後に付与されたアクセス許可は、ボットのサインインが終わる ${dateTime(until)} から有効になります`,
  missingRole: (roles) =>
    `${failures.missingRole}。次のいずれかのロールを持つ承認者なら実行できます: ${roles.join('、')}`,
  signedInFallback: (whom, code) =>
    `${whom}: サインイン セッションの取り消しに承認が必要です（${code}）。カードのボタンを押してください。`,
  signedInFooter: (mention) =>
    `承認はボタンで行います（サインインが必要です）。承認しない場合は、${toBot(mention)}次のようにも入力できます: `,
  around: {
    found: (asOf) => `Entra のログ（${time(asOf)} までの 24 時間）:`,
    nothing: (asOf) => `${time(asOf)} までの 24 時間、Entra のログに不審な記録はありません。`,
    nothingFound: '不審な記録なし',
    changes: {
      consent: 'アプリへの同意',
      roleGiven: 'ロールの割り当て',
      methodAdded: '新しいサインイン方法',
      methodRemoved: 'サインイン方法の削除',
      passwordReset: 'パスワードのリセット',
      passwordChanged: 'パスワードの変更',
      deviceRegistered: 'デバイスの登録',
      groupGiven: 'グループへの追加',
    },
    risky: (risk) => `リスク「${risks[risk]}」のサインイン`,
    of: (what) => `（${what}）`,
    by: (who) => `、実行者 ${who}`,
    at: (when) => `、${when}`,
    logs: { changes: '監査ログ', signIns: 'サインイン', devices: 'デバイス' },
    somewhere: '国不明',
    failed: (count, orMore) => `失敗 ${count} 件${orMore ? '以上' : ''}`,
    notLookedAt: (isRead) =>
      `確認していないもの: ${isRead ? '受信トレイのルール、転送、アプリが本人なしで行うサインイン（このログにはありません）' : 'サインイン方法、アプリへの同意、受信トレイのルールと転送、アプリ パスワード'}`,
    watchingLabel: '再びサインインしましたか:',
    watching: (until) => `ボットは ${time(until)} までサインイン ログを読みます。`,
    isBack: (count, of, when) =>
      of === 1 ? `再びサインインしました、${when}` : `${of} 件中 ${count} 件が再びサインインしました、最初は ${when}`,
    noneSeen: (when) => `${when} までサインインはありません。`,
    notWatched: (why) => `再びサインインしたかどうかは分かりません。サインイン ログ: ${why}。`,
    openLog: 'サインイン ログ',
    ofAll: (count) => `${count} 件の Entra ログ`,
    pageTitle: (code) => `Entra のログ: ${code}`,
    reading:
      'Entra のログを読んでいます。Microsoft Graph は一度に少ししか読ませません。1 分後にもう一度ボタンを押してください。',
  },
  back: {
    title: '取り消し後に再びサインイン',
    fallback: (whom, at, code) => `${whom}: 再びサインインしました（${code}）、${time(at)}。`,
    called: (mentions) => `${mentions}、確認してください。`,
    when: '日時',
    where: '場所',
    app: 'アプリ',
    device: 'デバイス',
    kind: '種類',
    others: 'ほかに再びサインインしたもの',
    after: (at, ms) => `${timeToSecond(at)}、取り消しの ${duration(ms)}後`,
    interactive: (isInteractive) =>
      isInteractive ? '対話型: 人がサインインしました' : '非対話型: アプリがトークンを更新しました',
    notThem: '本人でない場合:',
  },
  unreachable: (whom, code) =>
    `${whom}: 承認を依頼できませんでした（${code}）。ボットは承認者の会話に投稿できません。承認者のいるチャネルまたはグループ チャットで要求し、ボットの管理者に連絡してください。`,
  followTitle: '承認待ち',
  followFallback: (whom, code) => `${whom}: 承認者の会話で承認を待っています（${code}）。`,
  followNotice: (asked, expiresAt) =>
    `承認者が ${until(asked, expiresAt)} までに承認者の会話で判断します。結果はここに表示されます。`,
  notice: (names, whom, code, until) => `${whom}: 承認が必要です（${code}）。期限 ${until}。${names}`,
  reminder: (names, whom, code, until) =>
    `${whom}: 判断のリマインダーです（${code}）。判断の期限は ${until} です。現在の状態はカードで確認してください。${names}`,
  delayed: {
    title: (why) => `未完了: ${hindrances[why]}。`,
    said: (whom, code, at, why) =>
      `${whom}: ${time(at)} の時点で、取り消しは完了していません（${code}）。理由: ${hindrances[why]}。`,
    until: (at) => `遅くとも ${time(at)} まで再試行します。結果はここに表示されます。`,
    byHand: (id) =>
      `急ぐ場合は、Entra 管理センターでユーザーを開いて「セッションの取り消し」を選ぶか、Revoke-MgUserSignInSession -UserId ${id ?? '<オブジェクト ID>'} を実行します。2 回取り消しても問題ありません。`,
  },
  stillWorking:
    'まだ回答できません。この時点で、Microsoft Graph または要求の記録の応答が遅れています。1 分以内に何も表示されなければ、もう一度送信してください。2 回送信しても問題ありません。急ぐ場合は、Entra 管理センターでユーザーを開いて「セッションの取り消し」を選んでください。',
  called: (mention) => `${mention} さん、結果です。`,
  waitsTitle: '承認者のサインイン待ち',
  signInAgain: ' さんが承認しましたが、もう一度サインインする必要があります。「続行」を押してください。',
  continueButton: '続行',
  againButton: 'もう一度取り消す',
  stopButton: (count) => (count === 1 ? '停止' : '残りを停止'),
  retryButton: (count) => (count === 1 ? '再試行' : '失敗分を再試行'),
  askedAgain: 'もう一度要求しました。続けて新しいカードが表示されます。',
  alreadyOpen: (code, at, now) =>
    `同じ内容の要求がすでに承認待ちです: ${code}（${ago(Date.parse(at), now.getTime())}）。新しいカードは作成していません。`,
  alreadyAskedAgain: (code) => `すでにもう一度要求されています。カード ${code} を確認してください。`,
  progressTitle: (count) =>
    count === 1 ? 'サインイン セッションを取り消し中…' : `${count} 件のアカウントのセッションを取り消し中…`,
  progressText: (done, of, failed, leftMs) =>
    [
      `${of} 件中 ${done} 件完了`,
      ...(failed > 0 ? [`${failed} 件失敗`] : []),
      ...(leftMs === null ? [] : [`残り約 ${duration(leftMs)}`]),
    ].join('、'),
  progressFallback: (whom, code) => `${whom}: 承認済み、実行中（${code}）。`,

  askedBy: '要求: ',
  decidedBy: { approve: '承認: ', deny: '拒否: ', cancel: '取り下げ: ' },
  stoppedBy: '停止: ',
  reasonLabel: '理由:',
  at: (iso) => `、${timeToSecond(iso)}`,
  asked: (iso) => `、${dateTime(iso)}`,
  done: (iso) => `、${time(iso)}`,
  closedTitle: {
    denied: '拒否: セッションは取り消していません',
    cancelled: '取り下げ: セッションは取り消していません',
    expired: '期限切れ: セッションは取り消していません',
    superseded: '差し替え: アカウントの状態が変わりました',
    stopped: '停止: セッションは取り消していません',
  },
  superseded: '承認は行われていません。現在の状態は、新しいカードに表示されています。',
  noDecision: (asked, expiresAt) =>
    `${until(asked, expiresAt)} までに判断がありませんでした。まだ必要な場合は、もう一度送信してください。`,

  resultTitle: {
    verified: '✓ セッション取り消し確認済み',
    unverified: 'セッションを取り消しました（未確認）',
    omitted: 'スキップ: セッションは取り消していません',
    failed: '✗ 取り消せませんでした',
  },
  manyTitle: ({ of, revoked, verified }) => {
    if (revoked === 0) return `✗ 取り消せませんでした: ${of} 件中 0 件`;
    if (revoked < of) return `${of} 件中 ${revoked} 件のアカウントのセッションを取り消しました`;
    if (verified === of) return `✓ ${of} 件のアカウントのセッションを取り消し、確認しました`;
    return `${of} 件のアカウントのセッションを取り消しました（${verified === 0 ? '' : `${of - verified} 件は`}未確認）`;
  },
  outcome: outcomes,
  allOf: (count, why) => `${count} 件共通: ${why}`,
  moreOutcomes: (hidden, isRest) =>
    `${isRest ? 'ほか ' : ''}${hidden.map(({ count, outcome }) => `${outcomes[outcome]} ${count} 件`).join('、')}`,
  resultFallback: (whom, title, code) => `${whom}: ${title}（${code}）。`,
  deadNow: {
    label: '数分以内に無効になるもの:',
    text: (iso, ofAll) =>
      `${dateTimeToSecond(iso)} より前に発行された更新トークンとセッション Cookie${ofAll ? '' : '（確認済みのアカウントのもの）'}`,
  },
  canStillGetIn: (iso, promptServices) => ({
    label: `${time(iso)} まで使えるもの:`,
    text: `開いているアプリ${promptServices.length === 0 ? '' : `（${promptServices.join('、')} は約 15 分）`}。パスワードを知る人も入れます。`,
  }),
  mayLive: {
    label: '発行済みのアクセス トークン:',
    text: (promptServices) =>
      promptServices.length === 0
        ? '60 ～ 90 分使えます。条件付きアクセスがない場合や、トークン ポリシーによっては 2 時間以上です。このクラウドで、それより早く無効にするサービスは文書化されていません。'
        : `60 ～ 90 分使えます。条件付きアクセスがない場合や、トークン ポリシーによっては 2 時間以上です。継続的アクセス評価が適用される ${promptServices.join('、')} では約 15 分です。`,
  },
  notVerified: {
    label: '未確認:',
    text: 'Microsoft は要求を受け付けましたが、反映をまだ確認できません。1 時間は確認を続け、このメッセージを更新します。もう一度取り消しても問題ありません。',
  },
  notCovered: {
    label: '無効にならないもの:',
    text: '新しいサインイン、アプリ独自のセッション、ゲスト、オンプレミスのセッション',
  },
  next: {
    label: '次に:',
    cloud: () => 'アカウント無効化、パスワード リセット、再取り消し、デバイス無効化。',
    synced: () =>
      'オンプレミスの Active Directory でアカウントを無効にし、パスワードを 2 回リセット。その後、もう一度取り消し、デバイスを無効化。',
    mixed:
      'アカウントの無効化、パスワードのリセット（オンプレミスから同期している場合は Active Directory で 2 回）、再度の取り消し、デバイスの無効化。',
    self: 'パスワードをほかの人に知られた可能性がある場合は、今すぐ変更し、もう一度取り消し。紛失したデバイスは、管理者に無効化を依頼。',
  },
  trace: {
    graphRequest: (id) => `request-id ${id}`,
    clientRequest: (id) => `client-request-id ${id}`,
    graphDate: (iso) => `Graph の時刻 ${dateTimeToSecond(iso)}`,
    trail: (head) => `監査 ID ${head.slice(0, 12)}`,
  },

  lookUp: {
    showAll: (count) => `${count} 件すべてを表示`,
    back: '要求に戻る',
    next: '次へ',
    previous: '前へ',
    accountsTitle: (code, count) => `${code} の ${count} 件のアカウント`,
    older: '過去の分',
    newer: '新しい分',
    open: 'カードへ',
    openTitle: (count) => `未完了の要求 ${count} 件`,
    nothingOpen: 'ここに未完了の要求はありません。完了した要求は、コードで表示できます: 状況 K7F3',
    openFallback: (count) => `ここには未完了の要求が ${count} 件あります。`,
    page: (title, page, pages) => `${title}、${page}/${pages} ページ`,
    unknownCode:
      'この会話に、そのコードの要求はありません。ここで未完了の要求を見るには、状況 と入力してください。ほかの会話の要求は、その会話で入力してください。',
    waits: '承認待ち',
    waitsUntil: (asked, expiresAt) => `承認待ち、期限 ${until(asked, expiresAt)}`,
    carriedOut: '実行中',
    accounts: (count, names, hidden) => `${count} 件のアカウント: ${names}${hidden > 0 ? ` ほか ${hidden} 件` : ''}`,
    askedBy: (name, at) => `要求: ${name}、${dateTime(at)}`,
    askedForOneOf: (name, at, count) => `要求: ${name}、${dateTime(at)}（${count} 件のアカウントのうちの 1 件）`,
    decidedBy: (verb, name, at) => `${verbs[verb]}: ${name}、${dateTime(at)}`,
    reason: (reason) => `理由: ${reason}`,
    elsewhere: (hasReason) => (hasReason ? '別の会話での要求（理由はその会話でのみ表示されます）' : '別の会話での要求'),
    proof: (validFrom) => `確認済み: ${dateTime(validFrom)} より前に始まったセッションは終了しています`,
    why: (reason) => `原因: ${reason}`,
    heading: '経過',
    at: (iso, withDay) => (withDay ? dateTimeToSecond(iso) : timeToSecond(iso)),
    timeline: {
      agreed: (by) => `${by} さんが 1 人目として承認しました`,
      asked: (name) => `要求: ${name}`,
      posted: 'カードを投稿',
      postedAgain: 'カードを再投稿',
      refused: (name, verb, times) =>
        `${name} さんによる${verbs[verb]}は受け付けられませんでした${times > 1 ? `（${times} 回）` : ''}`,
      decided: (verb, name) => `${verbs[verb]}: ${name}`,
      explained: (name, reason) => `${name} さんが理由を追加: ${reason}`,
      signInLost: '承認者のサインインが失われました',
      signedIn: (name) => `再サインイン: ${name}`,
      started: (count) => (count === 1 ? '実行を開始' : `${count} 件の実行を開始`),
      unclear: 'Graph の応答が不明確なため再確認',
      stopped: (name) => `停止: ${name}`,
      finished: '完了',
      expired: '期限切れ: 期限までに誰も判断しませんでした',
      replaced: (code) => `${code} に差し替え`,
      told: '結果を投稿',
      notTold: '会話に結果を投稿できませんでした',
      proofFound: (count) => (count === 1 ? '後から反映を確認' : `後から ${count} 件の反映を確認`),
      proofGivenUp: '1 時間以内に反映を確認できませんでした',
      lookedAround: (count) => (count === 0 ? 'Entra のログを確認: 不審な記録なし' : `Entra のログを確認: ${count} 件`),
      cameBack: (name, others) => `${name}${others > 0 ? ` ほか ${others} 人` : ''}が再びサインインしました`,
      watchEnded: 'サインインの監視を終了',
    },
    historyTitle: '履歴',
    historyFallback: (name) => `${name} についての過去の要求。`,
    noHistory: 'このアカウントについて、ここに要求の記録はありません。',
    noOlder: 'これより古いものはありません。',
    incomplete: '読み取れなかった要求があるため、一部が表示されていません。理由はボットの管理者がログで確認できます。',
    notOperator: 'アカウントの履歴を表示できるのは、要求または承認ができる人だけです。検索は行っていません。',
    whose: '誰の履歴ですか？アカウントを 1 件指定してください: 履歴 name@example.com',
    notFound: '履歴を表示できません:',
    tooSlow: '現在、Microsoft Graph または要求の記録の応答が遅くなっています。もう一度ボタンを押してください。',
  },

  whatIfTitle: (count) =>
    count === 1
      ? '確認のみ: サインイン セッションの取り消し'
      : `確認のみ: ${count} 件のアカウントのサインイン セッションの取り消し`,
  whatIfNotice: '確認のみ: 要求も送信も行っていません。',
  wouldAsk: '要求すること',
  wouldAskText: (minutes) => `この会話での承認（期限は ${minutes} 分後）`,
  wouldCheck: '確認すること',
  wouldCheckText: [
    '承認者に、その時点で承認の権限があること',
    '各呼び出しの直前に、アカウントが保護対象や外部になっていないこと',
  ],
  wouldSend: 'Microsoft Graph に送信するもの',
  wouldRead: '読み取って確認するもの',

  helpTitle: 'Session Revoker',
  helpFallback: '入力例: セッション取り消し name@example.com',
  helpIntro:
    '承認者の承認を得て、ユーザーを Microsoft Entra のすべてのセッションからサインアウトさせます。次のように入力してください。',
  helpCommands: [
    { sentence: 'セッション取り消し name@example.com', does: '承認を要求します。アドレスは複数指定できます' },
    {
      sentence: 'セッション取り消し name@example.com 理由 スマートフォンの盗難',
      does: '理由を付けて承認を要求します',
    },
    {
      sentence: '確認のみ セッション取り消し name@example.com',
      does: '実行した場合の内容を表示します。要求も送信も行いません',
    },
    {
      sentence: '自分のセッション取り消し',
      does: '自分のセッションを、自分で承認して取り消します。メンバーなら誰でも使えます',
    },
    {
      sentence: '承認 K7F3',
      does: 'カードのコードで承認します。拒否 K7F3（理由 …）、キャンセル K7F3 も使えます',
    },
    { sentence: '停止 K7F3', does: '実行中の要求を停止します。取り消し済みのアカウントは元に戻りません' },
    { sentence: '状況', does: 'ここで未完了の要求を表示します。状況 K7F3 で、1 件の要求とその経過を表示します' },
    { sentence: '履歴 name@example.com', does: 'そのアカウントについての過去の要求を表示します' },
  ],
  welcomeIntro:
    '承認者の承認を得て、ユーザーを Microsoft Entra のすべてのセッションからサインアウトさせます。すべて記録されます。',
  welcomeCommands: [
    {
      sentence: 'セッション取り消し name@example.com 理由 スマートフォンの盗難',
      does: '入力例です。ほかの人もいる会話では、最初にボットをメンションしてください',
    },
    { sentence: 'ヘルプ', does: 'ほかに入力できるものを表示します' },
  ],
  welcomeFooter:
    '要求できる人と承認できる人は、セキュリティ チームが決めます。誰でも入力できます: 自分のセッション取り消し',
  helpFooter: 'チャネルやグループ チャットでは、最初にボットをメンションしてください。',
  hint: '理解できませんでした。入力例: セッション取り消し name@example.com、または ヘルプ',
  unclear: (words) =>
    `アドレスでもオブジェクト ID でもありません: ${words.join('、')}。要求は行っていません。name@example.com のような完全なアドレスを入力してください。`,
  scripts: { cyrillic: 'キリル文字', greek: 'ギリシャ文字' },
  foreignLetters: (letters, plain) =>
    `Entra のアドレスに使えない文字です: ${letters.join('、')}。${plain === '' ? '' : `${plain} のことですか？`}Entra に登録されているとおりに入力してください。`,
  noOneNamed: '誰のセッションですか？アドレスを入力してください: セッション取り消し name@example.com',
  miscalled: (label, upn, name) => `${upn} の横に「${label}」とありますが、このアカウントの名前は ${name} です。`,
  order: (targets, reason, dryRun) =>
    `${dryRun ? '確認のみ ' : ''}セッション取り消し ${targets.join('、')}${reason === null ? '' : ` 理由 ${reason}`}`,
  noRequestMade: '要求は行っていません。',
  suggestionTitle: '次のことですか？',
  requestApproval: '承認を要求',
  ownOrder: '自分のセッション取り消し',
  signMeOut: '自分をサインアウト',
  answerFollows: '回答はこの会話に表示されます。',
  suggestionFallback: '要求は行っていません。別の文のことですか？',
  notRequested: '要求は行っていません:',
  mentionsNoOne: (label, why) => `${label}: ${noOnes[why]}`,
  tooManyMentions: (most) =>
    `要求は行っていません。1 件のメッセージでメンションできるのは ${most} 人までです。代わりにアドレスを入力するか、複数のメッセージに分けてください。`,
  differing: (shown, leadsTo) =>
    `メッセージには ${shown} と表示されていますが、リンク先またはかっこ内は ${leadsTo} です。対象のアドレスだけを入力してください。`,
  severalInRow: (addresses) =>
    `1 行に複数のアドレスがあります: ${addresses.join('、')}。対象のアドレスだけを残してください。`,
  why: {
    button: '理由を書く',
    title: '拒否した理由は何ですか？',
    hint: 'スマートフォンが見つかった',
    submit: '理由を追加',
    typed: (code, mention) =>
      `理由を書くには、${toBot(mention)}次のように入力してください: 拒否 ${code} 理由 スマートフォンが見つかった`,
  },
  dialog: {
    title: 'セッションの取り消し',
    heading: '誰のサインイン セッションを取り消しますか？',
    fallback: 'サインイン セッションの取り消しを要求します。',
    filledIn: 'メッセージの内容から入力しました。メッセージは誰でも書けるため、対象の人を確認してください。',
    nothingFound: 'このメッセージにアドレスはありません。対象の人を指定してください。',
    notLookedUp: 'ディレクトリの応答が遅いため、まだ検索していません。',
    notAll: 'メッセージには、ここに入力されているもの以外にもアドレスがあります。',
    picked: (who) => `選択済み: ${who}`,
    people: 'ユーザー',
    peopleHint: '名前を入力',
    addresses: 'アドレスまたはオブジェクト ID',
    addressesHint: 'adele@contoso.com, isaiah@contoso.com',
    reason: '理由',
    reasonHint: 'スマートフォンの盗難',
    whatIf: '確認のみ: 実行した場合の内容を表示し、要求しません',
    noOneNamed: '対象の人が指定されていません。ユーザーを選択するか、アドレスを入力してください。',
    refused: '要求は行っていません',
    late: '確認中',
    lateText:
      '通常より時間がかかっており、まだ要求は行っていません。この画面は閉じてかまいません。1 分以内にこの会話にカードが表示されなければ、もう一度送信してください。',
    installTitle: 'ここに Session Revoker を追加しますか？',
    notAskedYet: 'まだ要求は行っていません。',
    installText:
      'この会話にはまだ追加されていないため、承認を求めるカードを投稿できません。追加すると、ダイアログが開きます。追加後は、この会話の全員に表示され、設定された一覧の範囲で使えるようになります。',
    installAdd: 'ここに追加',
  },
  unknownInvoke: 'ボットはその操作に対応していません。何も実行していません。',
  flood: '一度に送られたメッセージが多すぎます。これから 1 分間は応答しません。承認待ちの要求はそのままです。',
  editedIsNoOrder:
    '編集されたメッセージは指示として扱いません。何も行っていません。新しいメッセージとして送り直してください。',
  tooLong: 'メッセージが長すぎます。要求は行っていません。一覧を分けてください。',
  notAllowedHere: 'この会話では、ボットは有効になっていません。',
  noPerson: '要求できるのは、この組織の人だけです。',
  problem: (problem) => `何も実行していません。${problems[problem]}`,
  internal:
    'エラーが発生しました。何も実行していません。もう一度お試しください。詳細は、ボットの管理者がログで確認できます。',
  unreadableRequest: {
    damaged:
      'この要求の記録が壊れています。ここでは誰も判断や実行ができず、もう一度試しても変わりません。Entra 管理センターでユーザーを開いて「セッションの取り消し」を選んでください。ボットの管理者に連絡してください。詳細はログで確認できます。',
    newer:
      '新しいバージョンのボットが、この要求の処理を続けます。ここでは何も実行していません。数分後にもう一度試すか、Entra 管理センターで取り消してください。',
  },
  inDoubt:
    '要求の記録が時間内に応答しなかったため、記録されたかどうか確実ではありません。1 分後にカードを確認し、変わっていなければ、もう一度お試しください。',
  isDecided: 'この要求の判断は記録されています。ここにカードを表示できませんでした。',
  stillOpen: '現在、あなたがここでできる操作を確認できません。カードの内容はそのまま有効です。',
  stillChecking: (slow) =>
    `まだ決定されていません。${slow === 'store' ? '要求の記録' : 'Microsoft Graph'} の応答が遅れています。1 分たってもカードが変わらなければ、もう一度押してください。2 回押しても問題ありません。`,
  ownAccount: (name, verb, code) =>
    `${name} さんが、自身のアカウントについての要求 ${code} に対して${verbs[verb]}を試みました。受け付けられず、何も変わっていません。ほかの人が判断する必要があります。`,
  renamed: (before, now) => `${before} の現在の名前: ${now}`,
  lateAnswer: (name, answer) => `${name} さん: ${answer}`,
};

const toBot = (mention: boolean) => (mention ? 'ボットをメンションして、' : '');

function ago(then: number, now: number): string {
  const minutes = Math.max(0, Math.round((now - then) / 60_000));
  if (minutes < 60) return `${minutes} 分前`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return `${hours} 時間前`;
  const days = Math.round(hours / 24);
  return days < 365 ? `${days} 日前` : `${years(days)} 年前`;
}

function duration(ms: number): string {
  return ms < 90_000 ? `${Math.ceil(ms / 10_000) * 10} 秒` : `${Math.round(ms / 60_000)} 分`;
}

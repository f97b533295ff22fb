import assert from 'node:assert/strict';
import { parseSentence } from '../../../src/teams/sentence/command.ts';

const adele = { kind: 'address', text: 'adele@contoso.com' } as const;
const isaiah = { kind: 'address', text: 'isaiah@contoso.com' } as const;
const revoke = (more: object = {}) => ({
  kind: 'revoke',
  dryRun: false,
  targets: [adele],
  unclear: [],
  reason: null,
  ...more,
});

/** Of which nothing is asked. */
const perhaps = { kind: 'perhaps', dryRun: false, targets: [adele], reason: null };

describe('commands in Japanese and Chinese', () => {
  const rows: readonly (readonly [sentence: string, expected: object])[] = [
    ['セッション取り消し adele@contoso.com', revoke()],
    ['セッションの取り消し：adele@contoso.com。', revoke()],
    ['セッションを取り消す　adele@contoso.com', revoke()],
    ['セッション取り消し adele@contoso.com、isaiah@contoso.com', revoke({ targets: [adele, isaiah] })],
    ['セッション取り消し adele@contoso.com 理由 携帯電話の紛失', revoke({ reason: '携帯電話の紛失' })],
    ['セッション取り消し adele@contoso.com、理由：携帯電話の紛失。', revoke({ reason: '携帯電話の紛失.' })],
    ['セッション取り消し adele@contoso.com because phone stolen', revoke({ reason: 'phone stolen' })],
    ['確認のみ セッション取り消し adele@contoso.com', revoke({ dryRun: true })],
    ['自分のセッション取り消し', { kind: 'revokeMine', reason: null }],
    ['自分のセッションを取り消す 理由 端末を紛失', { kind: 'revokeMine', reason: '端末を紛失' }],
    ['承認 K7F3', { kind: 'decide', verb: 'approve', code: 'K7F3' }],
    ['承認Ｋ７Ｆ３', { kind: 'decide', verb: 'approve', code: 'K7F3' }],
    ['拒否 k7f3。', { kind: 'decide', verb: 'deny', code: 'K7F3' }],
    ['取り下げ K7F3', { kind: 'decide', verb: 'cancel', code: 'K7F3' }],
    ['撤回 K7F3', { kind: 'decide', verb: 'cancel', code: 'K7F3' }],
    ['Withdraw K7F3', { kind: 'decide', verb: 'cancel', code: 'K7F3' }],
    ['キャンセル K7F3', { kind: 'decide', verb: 'cancel', code: 'K7F3' }],
    ['停止 K7F3', { kind: 'decide', verb: 'stop', code: 'K7F3' }],
    ['状況', { kind: 'status', code: null }],
    ['状況 K7F3', { kind: 'status', code: 'K7F3' }],
    ['履歴 adele@contoso.com', { kind: 'history', targets: [adele], unclear: [] }],
    ['ヘルプ', { kind: 'help' }],
    ['撤销会话 adele@contoso.com', revoke()],
    ['撤销登录会话：adele@contoso.com', revoke()],
    ['撤销会话 adele@contoso.com，isaiah@contoso.com', revoke({ targets: [adele, isaiah] })],
    ['撤销会话 adele@contoso.com 原因 手机被盗', revoke({ reason: '手机被盗' })],
    ['撤销会话 adele@contoso.com，原因：手机被盗', revoke({ reason: '手机被盗' })],
    ['模拟 撤销会话 adele@contoso.com', revoke({ dryRun: true })],
    ['撤销我的会话', { kind: 'revokeMine', reason: null }],
    ['撤销我的会话，原因：手机丢失', { kind: 'revokeMine', reason: '手机丢失' }],
    ['批准 K7F3', { kind: 'decide', verb: 'approve', code: 'K7F3' }],
    ['拒绝 K7F3', { kind: 'decide', verb: 'deny', code: 'K7F3' }],
    ['取消 K7F3', { kind: 'decide', verb: 'cancel', code: 'K7F3' }],
    ['停止 K7F3', { kind: 'decide', verb: 'stop', code: 'K7F3' }],
    ['状态', { kind: 'status', code: null }],
    ['状态 K7F3', { kind: 'status', code: 'K7F3' }],
    ['历史记录 adele@contoso.com', { kind: 'history', targets: [adele], unclear: [] }],
    ['帮助', { kind: 'help' }],
    ['お願い、承認 K7F3', { kind: 'decide', verb: 'approve', code: 'K7F3' }],
    // Words that only contain a command are none.
    ['承認 お願いします', { kind: 'unknown' }],
    ['取消しました', { kind: 'unknown' }],
    ['不批准 K7F3', { kind: 'unknown' }],
    ['批准', { kind: 'unknown' }],
    ['帮助我', { kind: 'unknown' }],
    // A question decides nothing.
    ['批准K7F3？', { kind: 'unknown' }],
    ['承認 K7F3？', { kind: 'unknown' }],
    ['批准K7F3！？', { kind: 'unknown' }],
    ['批准K7F3？！', { kind: 'unknown' }],
    ['批准K7F3?。', { kind: 'unknown' }],
    ['拒否K7F3？', { kind: 'unknown' }],
    ['取消 K7F3？', { kind: 'unknown' }],
    ['批准K7F3！', { kind: 'decide', verb: 'approve', code: 'K7F3' }],
    ['状況？', { kind: 'status', code: null }],
    ['ヘルプ？', { kind: 'help' }],
    ['自分のセッションを取り消す？', { kind: 'unknown' }],
    ['自分のセッションを取り消す理由', { kind: 'unknown' }],
    ['撤销我的会话的原因', { kind: 'unknown' }],
    ['撤销我的会话原因：手机丢失', { kind: 'unknown' }],
    ['自分のセッションを取り消す。', { kind: 'revokeMine', reason: null }],
    // The command goes on, and says something else.
    ['セッションを取り消さないでください: Adele Vance <adele@contoso.com>', { kind: 'unknown' }],
    ['セッションを取り消さないでください:\tAdele Vance\t<adele@contoso.com>', { kind: 'unknown' }],
    ['セッションを取り消しました: Adele Vance <adele@contoso.com>', perhaps],
    ['セッションを取り消しますか adele@contoso.com', perhaps],
    ['セッションを取り消す？ adele@contoso.com', perhaps],
    ['自分のセッションを取り消さない', { kind: 'unknown' }],
    ['撤销会话不要 <adele@contoso.com>', revoke({ targets: [], unclear: ['会话不要'] })],
    ['撤销会话了 adele@contoso.com', perhaps],
    ['履歴書 adele@contoso.com', { kind: 'unknown' }],
    // Nothing has to stand between the command and an address.
    ['撤销会话adele@contoso.com', revoke()],
    ['セッション取り消し<adele@contoso.com>', revoke()],
    ['撤销会话（adele@contoso.com）', revoke()],
  ];
  for (const [sentence, expected] of rows) {
    it(sentence, () => assert.deepEqual(parseSentence(sentence), expected));
  }
});

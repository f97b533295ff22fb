import assert from 'node:assert/strict';
import { mayImitate } from '../../../src/teams/cards/untrusted-text.ts';

describe('names that imitate others', () => {
  const rows: readonly (readonly [string, boolean])[] = [
    ['Adele Vance', false],
    ["O'Brien-Müller, Zoë 2", false],
    ['Адель Ванс', false],
    ['Αδέλα Βανς', false],
    ['Nestor Wilke', false],
    ['Åsa Kjærgård', false],
    ['abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ', false],
    ['山田 太郎', false],
    ['山田 Taro', false],
    ['adele@contoso.example', false],
    ['', false],
    ['Аdele Vance', true],
    ['Adelе', true],
    ['adеle@contoso.example', true],
    ['Αdele', true],
    ['adele@xn--cntoso-3ve.example', true],
    ['adele@mail.XN--cntoso-3ve.example', true],
    ['xn--adele@contoso.example', false],
    ['Mª José Nº 2', false],
    ['Ａｄｅｌｅ 田中', false],
    ['𝐀dele Vance', true],
    ['𝖠𝖽𝖾𝗅𝖾', true],
    ['ℳegan', true],
    ['\u212Aelly', true],
    ['Аdele'.replace('А', 'Ａ'), true],
    ['ꓮdele', true],
  ];
  for (const [text, expected] of rows)
    it(`${text || 'nothing'}: ${expected}`, () => assert.equal(mayImitate(text), expected));
});

import assert from 'node:assert/strict';
import type { Account } from '../../src/domain/account.ts';
import { isCalled } from '../../src/domain/label.ts';

const account = (name: string, more: Partial<Account> = {}): Account => ({
  id: '7f9c2b1e-64d8-4a0f-9e57-1c3b5d8a20e4',
  upn: 'adele.vance@contoso.example',
  name,
  jobTitle: 'Retail Manager',
  department: 'Retail',
  external: false,
  guest: false,
  enabled: true,
  synced: false,
  restricted: false,
  ...more,
});

describe('words beside an address', () => {
  for (const [label, name] of [
    ['Adele Vance', 'Adele Vance'],
    ['VANCE, Adele', 'Adele Vance'],
    ['adele', 'Adele Vance'],
    ['A. Vance', 'Adele Vance'],
    ['Adele Vance (Retail)', 'Adele Vance'],
    ['Retail', 'Adele Vance'],
    ['Retail Manager', 'Adele Vance'],
    ['Jürgen Groß', 'Jurgen Groß'],
    ['山田 太郎', '山田太郎'],
    ['太郎', '山田 太郎'],
    ['- ', 'Adele Vance'],
    ['adele.vance', '小林'],
  ] as const) {
    it(`${label} is how ${name} is called`, () => {
      assert.equal(isCalled(account(name), label, 'adele.vance@contoso.example'), true);
    });
  }
  for (const label of [
    'cc',
    'cc Adele Vance',
    'reported by Adele Vance',
    'Manager',
    'not Adele',
    'Bob',
    'Bob Vance',
    'everyone except',
    'Compromised',
    '報告者',
    '除了',
  ]) {
    it(`${label} is not`, () => {
      assert.equal(isCalled(account('Adele Vance'), label, 'adele.vance@contoso.example'), false);
    });
  }
});

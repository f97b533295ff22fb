import assert from 'node:assert/strict';
import { type Evidence, evidenceOf, isVerified } from '../../src/domain/verified.ts';

const noon = Date.parse('2026-11-21T12:00:00.000Z');
const hour = 3600;
/** So many seconds after noon. */
const t = (seconds: number) => new Date(noon + seconds * 1000).toISOString();
/** What `Date` says at a moment: whole seconds, ahead of our clock by as many. */
const moment = (seconds: number, ahead = 0) => ({ graph: t(Math.floor(seconds) + ahead), here: t(seconds) });

/** The account was read at noon, the write sent at 0.2 s and answered at 0.5 s, and read back at 0.7 s. */
const accepted = {
  before: { validFromBefore: t(-30 * 24 * hour), seen: moment(0) },
  sent: { at: t(0.2), until: t(0.5) },
  acceptedAt: t(0),
  seen: moment(0.7),
};
/** Cut after as much time, without an answer. */
const lost = { ...accepted, acceptedAt: undefined };
/** The same a little later within the second. */
const late = {
  before: { ...accepted.before, seen: moment(0.9) },
  sent: { at: t(1.1), until: t(1.4) },
  seen: moment(1.6),
};
/** The process died; read back after 40 s. */
const crashed = { before: accepted.before, seen: moment(40) };
const knowing = (validFromBefore: string | null, more: Partial<Evidence['before']> = {}) => ({
  before: { ...accepted.before, validFromBefore, ...more },
});
const dated = (ahead: { before?: number; answer?: number; readBack?: number }) => ({
  before: { ...accepted.before, seen: moment(0, ahead.before) },
  acceptedAt: t(ahead.answer ?? 0),
  seen: moment(0.7, ahead.readBack),
});
const everyDate = (ahead: number) => dated({ before: ahead, answer: ahead, readBack: ahead });

const cases: Record<string, [evidence: Omit<Evidence, 'validFrom'>, validFrom: number | null, verified: boolean][]> = {
  'accepted by Graph': [
    [accepted, 0, true],
    [{ ...accepted, ...knowing(null) }, 0, true],
    [{ ...accepted, ...knowing(null) }, null, false],
    [accepted, null, false],
  ],
  'accepted, with clocks of Graph a little apart': [
    [accepted, -3, true],
    [accepted, -5, false],
    [accepted, 4, true],
    [accepted, 5, false],
  ],
  'accepted, and the value is from before: stale, or of somebody else': [
    [accepted, -30 * 24 * hour, false],
    [{ ...accepted, ...knowing(null) }, -20, false],
    [{ ...accepted, ...knowing(t(-40)) }, -20, false],
    [{ ...accepted, ...knowing(t(-1)) }, -1, false],
    [{ ...accepted, ...knowing(t(-1)) }, -2, false],
  ],
  'accepted, and the value is in the future or of somebody after': [
    [accepted, 20, false],
    [accepted, hour, false],
  ],
  'accepted, where another revoked within the same second': [
    [{ ...accepted, ...knowing(t(0)) }, 0, true],
    // The answer was made when the next second had begun.
    [{ ...accepted, ...knowing(t(0)), acceptedAt: t(1), sent: { at: t(0.9), until: t(1.1) } }, 0, true],
    [{ ...accepted, ...knowing(t(0)), before: { validFromBefore: t(0), seen: moment(1) }, acceptedAt: t(1) }, 0, false],
  ],
  'accepted, and Date is an hour off': [
    [{ ...accepted, ...everyDate(hour) }, 0, false],
    [{ ...accepted, ...everyDate(-hour) }, 0, false],
    [{ ...accepted, ...everyDate(-hour) }, -hour, false],
    [{ ...accepted, ...everyDate(hour) }, hour, false],
    [{ ...accepted, ...everyDate(-hour), ...{ before: { validFromBefore: null } } }, -hour, false],
    [{ ...accepted, ...dated({ answer: -hour }) }, -hour, false],
    [{ ...accepted, ...dated({ answer: hour }) }, 0, false],
    [{ ...accepted, ...dated({ before: -hour }) }, -20, false],
    [{ ...accepted, ...dated({ before: hour }) }, 0, false],
    [{ ...accepted, ...dated({ readBack: hour }) }, 0, false],
  ],
  'accepted, and an answer bears no Date': [
    [{ ...accepted, before: { validFromBefore: null } }, 0, true],
    [{ ...accepted, before: { validFromBefore: null } }, -20, false],
    [{ ...accepted, seen: undefined }, 0, true],
    [{ ...accepted, acceptedAt: undefined, before: { validFromBefore: null } }, 0, false],
  ],
  'accepted, while our clock is minutes off': [
    [{ ...accepted, ...everyDate(180) }, 180, true],
    [{ ...accepted, ...everyDate(-180) }, -180, true],
  ],
  'accepted after a long wait': [
    [{ ...accepted, sent: { at: t(0.2), until: t(9.5) }, acceptedAt: t(9), seen: moment(10) }, 2, true],
  ],
  'without an answer': [
    [lost, 0, true],
    [{ ...lost, ...knowing(null) }, 0, true],
    // The write began and was lost within a second and a half of Graph's clock, and nothing of it is later.
    [{ ...lost, ...late }, 1, true],
    [lost, 1, false],
    [{ ...lost, ...late }, 2, false],
    [{ ...lost, seen: undefined }, 2, false],
    [lost, null, false],
    [lost, -30 * 24 * hour, false],
    [{ ...lost, ...knowing(null) }, -20, false],
    [{ ...lost, ...knowing(null) }, -2, false],
    [{ ...lost, ...knowing(t(-60)) }, -20, false],
    [{ ...lost, seen: moment(8) }, 6, false],
    [{ ...lost, ...knowing(t(0)) }, 0, false],
    [{ ...lost, ...knowing(null, { seen: moment(0, -hour) }) }, -hour, false],
    [{ ...lost, ...knowing(null, { seen: moment(0, hour) }) }, hour, false],
    [{ ...lost, before: { validFromBefore: null } }, 0, false],
    [{ ...lost, sent: { at: t(3), until: t(13) }, seen: moment(14) }, 8, true],
    [{ ...lost, sent: { at: t(3), until: t(13) }, seen: moment(14) }, 1, false],
  ],
  'by a process that is gone': [
    [crashed, 10, true],
    [crashed, -1, false],
    [crashed, 20, false],
    [{ ...crashed, ...knowing(null) }, -20, false],
    [{ ...crashed, seen: moment(hour) }, 300, false],
    [{ ...crashed, ...knowing(null, { seen: moment(0, -hour) }) }, -hour, false],
  ],
};

describe('a write is verified', () => {
  for (const [when, rows] of Object.entries(cases)) {
    for (const [index, [evidence, seconds, verified]] of rows.entries()) {
      it(`${verified ? '' : 'not '}when it was ${when} (${index + 1})`, () => {
        assert.equal(isVerified({ ...evidence, validFrom: seconds === null ? null : t(seconds) }), verified);
      });
    }
  }

  it('not by what is no time', () => {
    assert.equal(isVerified({ ...accepted, validFrom: 'yesterday' }), false);
  });
});

describe('what the record knows of a write', () => {
  const call = { targetId: 'x', clientRequestId: 'c-1', validFromBefore: null };
  const report = { targetId: 'x', at: t(1), clientRequestId: 'c-1', sent: accepted.sent, graphDate: t(0) };

  it('is the Date of an answer that accepted it', () => {
    const { sent } = accepted;
    assert.deepEqual(evidenceOf(call, { ...report, outcome: 'unverified' }), { before: call, sent, acceptedAt: t(0) });
  });

  it('is no Date of an answer that did not', () => {
    for (const outcome of ['unknown', 'failed'] as const) {
      assert.equal(evidenceOf(call, { ...report, outcome, code: 'unavailable' }).acceptedAt, undefined);
    }
  });

  it('is nothing of the report on an earlier write', () => {
    assert.deepEqual(evidenceOf({ ...call, clientRequestId: 'c-2' }, { ...report, outcome: 'unverified' }), {
      before: { ...call, clientRequestId: 'c-2' },
    });
    assert.deepEqual(evidenceOf(call, undefined), { before: call });
  });
});

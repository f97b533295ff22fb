/**
 * Loaded into the bot's process before the bot (`node --import`): a machine whose clock is wrong by CLOCK_SHIFT_MS. Its
 * monotonic clock and its timers are right, as they are on such a machine.
 */
const shift = Number(process.env.CLOCK_SHIFT_MS ?? 0);
const RealDate = Date;

class WrongDate extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + shift);
    else super(...parts);
  }
  static now() {
    return RealDate.now() + shift;
  }
}

globalThis.Date = WrongDate;

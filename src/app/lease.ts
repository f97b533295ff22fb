/**
 * Longer than one batch can take: 10 s for the write, 8 s until the last look, 5 s for that look. So a lease runs out
 * only when its holder died or was stalled.
 */
export const leaseMs = 25_000;

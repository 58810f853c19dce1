/** Factor by which programs take longer than usual now, because other programs use the processors too: 1 to 20. */
export function busyFactor(): number
/** Milliseconds of patient time since the process began. */
export function patientNow(): number
/** A limit that a measured time is compared with. */
export function stretched(milliseconds: number): number
/** `setTimeout`, whose limits, in contrast to its pauses, are measured in patient time. */
export const patientTimeout: typeof setTimeout
/** `AbortSignal.timeout` in patient time. */
export function patientSignal(milliseconds: number): AbortSignal

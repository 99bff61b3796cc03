import { setFlagsFromString } from 'node:v8'

/**
 * Makes endless loops of user's functions stoppable. From V8 13 on, optimised code may lose the check at the end of a loop (`for (;;) a.push(new Array(1000))`):
 * then no other thread can end it, ask for its memory, or end the process in good order. Without loop unrolling the check stays. The switch holds for the whole
 * process, for code that is optimised from now on.
 */
export function keepLoopsStoppable(): void {
  const major = Number(process.versions.v8.split('.')[0])
  // A V8 that does not know the switch writes to stderr.
  if (major >= 12 && major <= 14) setFlagsFromString('--no-turboshaft-loop-unrolling')
}

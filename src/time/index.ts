/** Floor 0: clock, random, scheduler as values handed in; the only room that asks the system for them. */
export { deadline, nextTurn, systemClock, systemScheduler, seededRandom, type Clock, type Random, type Scheduler } from './clock.ts'
export { rowInstant } from './row-instant.ts'

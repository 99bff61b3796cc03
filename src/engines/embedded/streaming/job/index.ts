/** Jobs on threads: started, watched, started again. */
export { type JobPlace, startJob } from './start-job.ts'
export { loadContext } from './load-context.ts'

/** From the plan of a job to its stages. */
export { compileJob, type CompileSettings } from './compile-job.ts'
export { duration, explainGraph, explainJob, guaranteeOf, how } from './explain-graph.ts'

/** Where rows of a job go: files, receivers, the terminal, memory. */
export { loadSinks, makeSink } from './make-sink.ts'
export { collectSpec, type SinkAt, sinkStepOf } from './sink-step.ts'
export type { Send, SendRequest, SinkPlace } from './place.ts'
export { fileSink, type FileSinkOptions } from './file-sink.ts'
export { type Deliver, type Delivery, type Lines, outboxSink } from './outbox-sink.ts'
export { jsonLines, webhookSink } from './webhook-sink.ts'
export { consoleSink } from './console-sink.ts'
export { type Collector, collector, collectSink } from './collect-sink.ts'

import { runInNewContext } from 'node:vm'

let language: ReadonlySet<string> | undefined

/** True for the names every worker has: those of the language and of Node. What a program adds to `globalThis` stays behind. */
export function isGlobal(name: string): boolean {
  language ??= new Set(runInNewContext('Object.getOwnPropertyNames(globalThis)') as string[])
  return language.has(name) || ofNode.has(name)
}

const ofNode = new Set(
  `AbortController AbortSignal Blob BroadcastChannel Buffer ByteLengthQueuingStrategy CloseEvent CompressionStream CountQueuingStrategy Crypto CryptoKey
  CustomEvent DOMException DecompressionStream ErrorEvent Event EventSource EventTarget File FormData Headers MessageChannel MessageEvent MessagePort Navigator
  Performance PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver ReadableStream Request Response Storage SubtleCrypto TextDecoder
  TextDecoderStream TextEncoder TextEncoderStream TransformStream URL URLPattern URLSearchParams WebAssembly WebSocket WritableStream atob btoa clearImmediate
  clearInterval clearTimeout console crypto fetch global globalThis localStorage navigator performance process queueMicrotask sessionStorage setImmediate
  setInterval setTimeout structuredClone undefined`.split(/\s+/),
)

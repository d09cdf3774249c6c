import { config } from 'zod'

/**
 * Before the schemas of charts are loaded, which come along with what draws them: zod then tries whether it may make
 * functions of text. The Content-Security-Policy says no, and the browser would report it.
 */
export function withoutEval(): void {
  config({ jitless: true })
}

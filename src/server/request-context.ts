import type { ServerResponse } from 'node:http'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'

/**
 * Of one request. The signal is made when somebody asks for it: most requests are answered before anybody does. A class,
 * as V8 makes a hidden class anew for each object that is written with a getter of its own, and that keeps answered
 * requests alive until the next full garbage collection. A spread of it has no signal.
 */
export class RequestContext implements Context {
  readonly now: Context['now']
  readonly emit: Context['emit']
  readonly #response: ServerResponse
  #gone: AbortController | undefined

  constructor({ now, emit }: Pick<Context, 'now' | 'emit'>, response: ServerResponse) {
    this.now = now
    this.emit = emit
    this.#response = response
  }

  get signal(): AbortSignal {
    if (this.#gone) return this.#gone.signal
    const gone = new AbortController()
    this.#gone = gone
    const abort = (): void => {
      if (!this.#response.writableFinished) gone.abort(new MillraceError('CLIENT_GONE', {}))
    }
    if (this.#response.closed) abort()
    else this.#response.once('close', abort)
    return gone.signal
  }
}

import type { Problem } from '../../../src/api/problem.ts'

/** What the server refuses, as it says it; or that it does not answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** 0: there was no answer. */
  readonly status: number
  readonly code: string
  readonly hint: string
  readonly requestId: string | undefined
  /** Where in the SQL that was sent. */
  readonly place: Problem['place']

  constructor(
    status: number,
    problem: Omit<Problem, 'request_id'> & { readonly request_id?: string },
    cause?: unknown,
  ) {
    super(problem.message, { cause })
    this.status = status
    this.code = problem.code
    this.hint = problem.hint
    this.requestId = problem.request_id
    this.place = problem.place
  }

  /** The same call can succeed later, unchanged. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 503
  }
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  /** Sent as JSON; bytes of a file as they are. */
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/** Asks the server of this page. Throws an ApiError, or the reason of the signal. */
export async function call<Answer>(path: string, asked: Call = {}): Promise<Answer> {
  const text = await textOf(path, asked)
  return (text === '' ? undefined : JSON.parse(text)) as Answer
}

/** An answer as it comes. Throws as `call` does. */
export async function textOf(path: string, { method = 'GET', body, signal }: Call): Promise<string> {
  const response = await sent(path, {
    method,
    credentials: 'same-origin',
    ...(signal && { signal }),
    ...(body instanceof Blob
      ? { body, headers: { 'content-type': 'application/octet-stream' } }
      : body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await response.text().catch((error: unknown) => {
    signal?.throwIfAborted()
    throw unreachable(error)
  })
  if (!response.ok) throw refusal(response.status, text)
  return text
}

async function sent(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init)
  } catch (error) {
    init.signal?.throwIfAborted()
    throw unreachable(error)
  }
}

function unreachable(cause: unknown): ApiError {
  const message = 'the server does not answer'
  return new ApiError(0, { code: 'UNREACHABLE', message, hint: 'see whether it runs; this page asks again' }, cause)
}

/** A refusal is a Problem, unless something between here and the server has answered. */
function refusal(status: number, text: string): ApiError {
  try {
    const given = JSON.parse(text) as Partial<Problem>
    if (typeof given.code === 'string' && typeof given.message === 'string')
      return new ApiError(status, { hint: '', ...given } as Problem)
  } catch {
    // told below
  }
  return new ApiError(status, {
    code: 'ANSWER_UNREADABLE',
    message: `the answer, of status ${status}, is not one of Millrace`,
    hint: 'see what stands between this browser and the server',
  })
}

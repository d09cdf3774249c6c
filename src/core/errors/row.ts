/** Who can do something about a failure; HTTP status and exit code follow from it unless a row says otherwise. */
export const kinds = {
  usage: { http: 400, exit: 2 }, //      the caller asked for something wrong
  data: { http: 422, exit: 1 }, //       the input's content is wrong
  missing: { http: 404, exit: 1 },
  conflict: { http: 409, exit: 1 }, //   lost a race; reading again and trying again can succeed
  denied: { http: 403, exit: 1 },
  busy: { http: 503, exit: 1 }, //       the same call can succeed later, unchanged
  corrupt: { http: 500, exit: 1 }, //    stored bytes are not what was written
  bug: { http: 500, exit: 1 },
} as const

/** One way to fail: the fields in braces of `message` and `hint` are what the code that throws has to give. */
export interface ErrorRow {
  readonly kind: keyof typeof kinds
  readonly message: string
  readonly hint: string
  readonly http?: number
}

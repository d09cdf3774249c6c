import { describe, test } from 'vitest'

/** Names of cases that an implementation leaves out, each with its reason. */
export type Skips = Readonly<Record<string, string>>

interface Case<Subject, Can> {
  /** The capabilities that the case is about; it runs only for implementations that have them all. */
  readonly needs?: readonly (keyof Can)[]
  readonly run: (subject: Subject) => Promise<void>
}

/** Runs the cases of a seam against one implementation: `conformance(storeCases)({ name, open, skip })`. */
export function conformance<Subject extends { readonly can: Can; close(): Promise<void> }, Can extends object>(
  cases: Readonly<Record<string, Case<Subject, Can>>>,
): (implementation: { readonly name: string; readonly open: () => Promise<Subject>; readonly skip?: Skips }) => void {
  return ({ name, open, skip = {} }) => {
    describe(name, () => {
      const unknown = Object.keys(skip).filter((title) => !(title in cases))
      if (unknown.length > 0) throw new Error(`no such case: ${unknown.join(', ')}`)
      for (const [title, { needs = [], run }] of Object.entries(cases)) {
        test(title, async (context) => {
          if (skip[title]) context.skip(skip[title])
          const subject = await open()
          try {
            const lacks = needs.find((need) => !subject.can[need])
            if (lacks) context.skip(`cannot ${String(lacks)}`)
            await run(subject)
          } finally {
            await subject.close()
          }
        })
      }
    })
  }
}

import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { confirm } from '../../src/cli/confirm.ts'
import { inSession } from '../../src/cli/session.ts'
import { captured } from './terminal.ts'

const ctrlD = '\u0004'

/** What `confirm` says when a person types `typed`, or when stdin is no terminal. */
async function answered(typed: string | undefined, yes?: boolean) {
  const stdin = Object.assign(new PassThrough(), { isTTY: typed !== undefined })
  const stderr = captured(typed === undefined ? undefined : 80)
  let answer: boolean | undefined
  const surroundings = { stdin, stdout: captured(80).stream, stderr: stderr.stream, now: () => 0 }
  const status = await inSession(
    surroundings,
    {},
    undefined,
    async (session) => {
      const asking = confirm(session, 'millrace table drop', 'Drop events?', yes)
      if (typed !== undefined) stdin.write(typed === ctrlD ? typed : `${typed}\n`)
      answer = await asking
    },
    async () => 0,
  )
  return { answer, status, stderr: stderr.text() }
}

test('only y or yes is a yes', async () => {
  expect((await answered('y')).answer).toBe(true)
  expect((await answered(' YES ')).answer).toBe(true)
  expect((await answered('')).answer).toBe(false)
  expect((await answered('yellow')).answer).toBe(false)
  expect(await answered(ctrlD)).toMatchObject({ answer: false, status: 0 })
  expect((await answered('n')).stderr).toContain('Drop events? [y/N]')
})

test('--yes asks nothing; without it and without a person nothing is done', async () => {
  expect((await answered(undefined, true)).answer).toBe(true)
  const { answer, status, stderr } = await answered(undefined)
  expect(answer).toBe(undefined)
  expect(status).toBe(2)
  expect(JSON.parse(stderr)).toMatchObject({ code: 'CONFIRMATION_NEEDED' })
})

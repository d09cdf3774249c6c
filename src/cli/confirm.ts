import { createInterface } from 'node:readline/promises'
import { MillraceError } from '../core/errors.ts'
import type { Session } from './session.ts'

/**
 * Asks before data is changed, after the plan was shown. True without a question with `--yes`; where nobody can answer,
 * CONFIRMATION_NEEDED.
 */
export async function confirm(
  { stdin, output, context, options, beside }: Session,
  command: string,
  question: string,
  yes: boolean | undefined,
): Promise<boolean> {
  if (yes) return true
  if (!stdin.isTTY || options.json) throw new MillraceError('CONFIRMATION_NEEDED', { command })
  const prompt = createInterface({
    input: stdin,
    output: output.stderr,
    // whoever asks a server has a terminal of its own, which shows what is typed
    ...(beside && { terminal: false }),
  })
  // in raw mode Ctrl-C reaches the prompt as a key, not the process as a signal
  prompt.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  try {
    const answer = await prompt.question(`${question} [y/N] `, { signal: context.signal })
    return /^\s*y(es)?\s*$/i.test(answer)
  } catch (error) {
    if (context.signal.aborted) throw context.signal.reason
    // Ctrl-D: no answer is no yes
    if ((error as { readonly code?: unknown }).code === 'ABORT_ERR') return false
    throw error
  } finally {
    prompt.close()
  }
}

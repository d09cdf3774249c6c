import type { CheckView } from '../../../../src/api/models.ts'
import { Badge } from '../../parts/badge.tsx'
import { checksText } from './check-words.ts'

/** What became of a model’s checks, in a few words. */
export function ChecksInShort({ of: checks }: { readonly of: readonly CheckView[] }) {
  const { text, bad } = checksText(checks)
  if (bad) return <Badge tone="bad">✕ {text}</Badge>
  return checks.length === 0 ? <span className="visually-quiet">{text}</span> : text
}

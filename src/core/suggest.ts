/** "did you mean `x`?" for the nearest of the known names, or the list of them. */
export function suggest(name: string, known: readonly string[]): string {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const nearest = ranked[0]
  if (nearest && nearest.distance <= Math.max(1, Math.floor(name.length / 3)))
    return `did you mean \`${nearest.candidate}\`?`
  if (known.length === 0) return 'there are none'
  const shown = known.slice(0, 12).join(', ')
  return `there are ${shown}${known.length > 12 ? `, … (${known.length})` : ''}`
}

/** Levenshtein's distance, with a swap of neighbours as one step. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let best = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, (last[j - 1] as number) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] as number) + 1)
      row.push(best)
    }
    before = last
    last = row
  }
  return last[b.length] as number
}

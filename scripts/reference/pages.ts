import { commandsPage } from './commands.ts'
import type { Page } from './page.ts'

/** All pages of docs/reference. */
export async function referencePages(): Promise<readonly Page[]> {
  return [await commandsPage()]
}

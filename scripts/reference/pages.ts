import { commandsPage } from './commands.ts'
import { configPage } from './config.ts'
import { contractPage } from './contract.ts'
import { dashboardPage, dashboardSchema } from './dashboard.ts'
import { errorsPage } from './errors.ts'
import { httpPage } from './http.ts'
import { modelPage, modelSchema } from './model.ts'
import { testSchema } from './model-tests.ts'
import type { Page } from './page.ts'
import { typesPage } from './types.ts'

/** All pages of docs/reference. */
export async function referencePages(): Promise<readonly Page[]> {
  return [
    await commandsPage(),
    configPage(),
    modelPage(),
    modelSchema(),
    testSchema(),
    dashboardPage(),
    dashboardSchema(),
    typesPage(),
    errorsPage(),
    httpPage(),
    contractPage(),
  ]
}

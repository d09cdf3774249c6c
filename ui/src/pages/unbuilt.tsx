import { Page } from '../parts/page.tsx'
import { Empty } from '../parts/states.tsx'

export function UnbuiltQuery() {
  return (
    <Page title="Query">
      <Empty title="Questions are asked on the command line">
        <code>millrace query "SELECT …"</code> answers with what the streams hold this moment.
      </Empty>
    </Page>
  )
}

export function UnbuiltModels() {
  return (
    <Page title="Models">
      <Empty title="Models are shown on the command line">
        <code>millrace plan</code> says which are stale, <code>millrace build</code> builds them.
      </Empty>
    </Page>
  )
}

import { Page } from '../parts/page.tsx'
import { Empty } from '../parts/states.tsx'
import { TextLink } from '../parts/text-link.tsx'

export function NotFound() {
  return (
    <Page title="There is no such page">
      <Empty title="Nothing has this address.">
        It may have been renamed. The <TextLink to="/tables">tables</TextLink> are a place to begin.
      </Empty>
    </Page>
  )
}

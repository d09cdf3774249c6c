import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { counted, count as countText } from '../../data/format.ts'
import { rejectsQuery } from '../../data/rejects.ts'
import { useIsAdmin } from '../../data/session.ts'
import { Button } from '../../parts/button.tsx'
import { Page } from '../../parts/page.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { ActDialog } from './act-dialog.tsx'
import { Group } from './group.tsx'
import { type Act, grouped } from './groups.ts'
import styles from './rejects.module.css'

const route = getRouteApi('/rejects')

/** What was refused and waits to be mended: by reason, whole, with the way to mend it. */
export function Rejects() {
  const { table, open } = route.useSearch()
  const navigate = route.useNavigate()
  const isAdmin = useIsAdmin()
  const [whole, setWhole] = useState(false)
  const [act, setAct] = useState<Act>()
  const { data, error, refetch, isFetching, hasNextPage, fetchNextPage } = useInfiniteQuery(
    rejectsQuery({ table, whole }),
  )
  const parent = <TextLink to="/streams">Streams</TextLink>
  const title = table === undefined ? 'Rejects' : `Rejects of ${table}`
  if (!data) {
    return (
      <Page title={title} parent={parent}>
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    )
  }
  const rejects = data.pages.flatMap((page) => page.rejects)
  const groups = grouped(rejects)
  const isHidden = rejects.some(({ encoding }) => encoding === 'hidden')
  const count = data.pages.at(-1)?.count ?? 0
  const shown = hasNextPage ? `, the newest ${countText(rejects.length)} of them here` : ''
  return (
    <Page
      title={title}
      parent={parent}
      summary={rejects.length > 0 && `${counted(count, 'open reject')}${shown}`}
      actions={
        <>
          {isHidden && isAdmin && <Button onClick={() => setWhole(true)}>Show personal data</Button>}
          {table !== undefined && (
            <Button onClick={() => void navigate({ search: {} })}>Of all streams and tables</Button>
          )}
          <Button disabled={isFetching} onClick={() => void refetch()}>
            Look again
          </Button>
        </>
      }
    >
      {groups.length === 0 ? (
        <Empty title="Nothing waits to be mended.">
          What breaks a contract or a rule is kept whole and listed here, with the reason.
        </Empty>
      ) : (
        <div className={styles.groups}>
          {groups.map((group) => (
            <Group
              key={group.key}
              group={group}
              isPart={hasNextPage}
              open={open === group.key || groups.length === 1}
              onToggle={(isOpen) =>
                void navigate({
                  search: { ...(table !== undefined && { table }), ...(isOpen && { open: group.key }) },
                  replace: true,
                  resetScroll: false,
                })
              }
              onAct={isAdmin ? setAct : undefined}
            />
          ))}
        </div>
      )}
      {hasNextPage && (
        <Button look="quiet" disabled={isFetching} onClick={() => void fetchNextPage()}>
          Older rejects
        </Button>
      )}
      {act && <ActDialog act={act} onClose={() => setAct(undefined)} />}
    </Page>
  )
}

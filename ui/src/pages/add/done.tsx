import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { count, counted } from '../../data/format.ts'
import type { UploadView } from '../../data/uploads.ts'
import { Button } from '../../parts/button.tsx'
import { DataTable, type TableColumn } from '../../parts/data-table.tsx'
import { Fact, Facts } from '../../parts/facts.tsx'
import { FaultNote } from '../../parts/fault-note.tsx'
import { Count } from '../../parts/figures.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { useToast } from '../../parts/toast.tsx'
import { useGivenFile } from '../../shell/given-file.ts'
import styles from './add.module.css'

type Loaded = NonNullable<UploadView['loaded']>
type Group = Loaded['rejects'][number]

const columns: readonly TableColumn<Group>[] = [
  { id: 'reason', title: 'Reason', cell: ({ example, code }) => example ?? code },
  { id: 'column', title: 'Column', cell: ({ column }) => column, spare: true },
  { id: 'line', title: 'First line', numeric: true, cell: ({ first_line: line }) => <Count of={line} /> },
  { id: 'rejects', title: 'Lines', numeric: true, cell: ({ rejects }) => <Count of={rejects} /> },
]

/** What a file has become. Where nothing was refused there is nothing to read: its dashboard is next. */
export function Done({ view: { table }, loaded }: { readonly view: UploadView; readonly loaded: Loaded }) {
  const { rows, rejected, rejects, dashboard, model, fault, files } = loaded
  const navigate = useNavigate()
  const toast = useToast()
  const { give } = useGivenFile()
  const isClean = rejected === 0 && fault === null
  const open = () => {
    if (dashboard === null) return
    give(undefined)
    void navigate({ to: '/dashboards/$name', params: { name: dashboard } })
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is done
  useEffect(() => {
    if (!isClean) return
    toast(`${counted(rows, 'row')} in ${table}; ${files.join(', ')} are files of the project now.`)
    open()
  }, [])
  if (isClean) return null
  return (
    <div className={styles.look}>
      <Facts>
        <Fact name="Rows">
          <Count of={rows} />
        </Fact>
        <Fact name="Rejects">
          <Count of={rejected} />
        </Fact>
        <Fact name="Table">
          <TextLink to="/tables/$name" params={{ name: table ?? '' }}>
            {table}
          </TextLink>
        </Fact>
        {model !== null && (
          <Fact name="Model">
            <TextLink to="/models/$name" params={{ name: model }}>
              {model}
            </TextLink>
          </Fact>
        )}
      </Facts>
      {fault && <BoardFault {...{ fault, model, dashboard }} />}
      {dashboard !== null && (
        <div>
          <Button look="main" onClick={open}>
            Open the dashboard
          </Button>
        </div>
      )}
      {rejected > 0 && <Refused rejected={rejected} groups={rejects} />}
      <section>
        <h2 className={styles.title}>Files of the project now</h2>
        <ul className={styles.files}>
          {files.map((file) => (
            <li key={file}>
              <code>{file}</code>
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}

type BoardFaultProps = { readonly fault: NonNullable<Loaded['fault']> } & Pick<Loaded, 'model' | 'dashboard'>

/** The rows are in their table; what did not become of them, why, and what to do about it. */
function BoardFault({ fault, model, dashboard }: BoardFaultProps) {
  return (
    <section role="alert" className={styles.missing}>
      <h2>
        {dashboard === null
          ? 'The rows are in their table, but no dashboard could be made of it'
          : 'The rows are in their table, but its model was not built'}
      </h2>
      <FaultNote fault={fault} />
      {model !== null && dashboard !== null && (
        <p className={styles.words}>
          Until it is, tiles compute it anew each time, or say why they cannot. Once that is mended,{' '}
          <TextLink to="/models/$name" params={{ name: model }}>
            build it again
          </TextLink>
          .
        </p>
      )}
    </section>
  )
}

function Refused({ rejected, groups }: { readonly rejected: number; readonly groups: Loaded['rejects'] }) {
  return (
    <section>
      <h2 className={styles.title}>
        {rejected === 1
          ? '1 line was refused, and is kept whole'
          : `${count(rejected)} lines were refused, and are kept whole`}
      </h2>
      <DataTable label="Rejects" columns={columns} rows={groups} keyOf={({ code, column }) => `${code} ${column}`} />
      <p className={styles.words}>
        <TextLink to="/rejects">All of them, line by line</TextLink>
      </p>
    </section>
  )
}

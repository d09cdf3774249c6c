import { type FormEvent, useState } from 'react'
import { ApiError } from '../../data/api.ts'
import { bytes, counted } from '../../data/format.ts'
import type { UploadView } from '../../data/uploads.ts'
import { Button } from '../../parts/button.tsx'
import { DataTable, type TableColumn } from '../../parts/data-table.tsx'
import { Field } from '../../parts/field.tsx'
import { Loading, messageOf } from '../../parts/states.tsx'
import styles from './add.module.css'
import { nameFault } from './name-fault.ts'
import type { Upload } from './use-upload.ts'

type Column = NonNullable<UploadView['columns']>[number]

const columns: readonly TableColumn<Column>[] = [
  { id: 'name', title: 'Column', cell: ({ name }) => name },
  { id: 'type', title: 'Type', cell: ({ type }) => <code>{type}</code> },
  { id: 'example', title: 'Example', cell: ({ example }) => example, spare: true },
  { id: 'why', title: 'Why', cell: ({ why }) => why },
]

type LookProps = Pick<Upload, 'error' | 'load'> & { readonly view: UploadView }

/** What the first rows of a file say of its columns; the name of the table, and how far it is. */
export function Look({ view, error, load }: LookProps) {
  const [name, setName] = useState(view.table ?? '')
  const fault = nameFault(name)
  const isHere = view.received === view.bytes
  const isLoading = view.phase === 'loading'
  const tooMany = view.error?.code === 'REJECTS_OVER_LIMIT'
  const begin = (event: FormEvent) => {
    event.preventDefault()
    if (fault === undefined) void load({ table: name, anyway: false })
  }
  const refused = error instanceof ApiError && error.code === 'NAME_TAKEN' ? error.message : undefined
  const nameWrong = fault ?? refused
  return (
    <div className={styles.look}>
      <Progress view={view} />
      {error !== undefined && refused === undefined && (
        <p role="alert" className={styles.fault}>
          {messageOf(error)}
        </p>
      )}
      {view.error && (
        <div role="alert" className={styles.fault}>
          <p>{`${view.error.message}.`}</p>
          <p>{tooMany ? 'Nothing of it was kept. Its good rows can be loaded all the same.' : `${view.error.hint}.`}</p>
        </div>
      )}
      {view.columns && (
        <form className={styles.form} onSubmit={begin}>
          <Field
            label="Name of the table"
            value={name}
            disabled={isLoading}
            autoComplete="off"
            spellCheck={false}
            onChange={({ target }) => setName(target.value)}
            {...(nameWrong !== undefined && { fault: nameWrong })}
          />
          <Button type="submit" look="main" disabled={!isHere || isLoading || fault !== undefined}>
            {isLoading ? 'Loading…' : 'Make it a table'}
          </Button>
          {tooMany && (
            <Button
              disabled={isLoading || fault !== undefined}
              onClick={() => void load({ table: name, anyway: true })}
            >
              Load the good rows
            </Button>
          )}
        </form>
      )}
      {view.columns ? (
        <section>
          <h2 className={styles.title}>{counted(view.columns.length, 'column')}, by its first rows</h2>
          <DataTable label="Columns" columns={columns} rows={view.columns} keyOf={({ name: own }) => own} page={100} />
        </section>
      ) : (
        view.phase === 'receiving' && (view.early ? <Loading label="Sending" /> : <OnlyWhole file={view.file} />)
      )}
    </div>
  )
}

/** Why nothing is shown of a file yet. */
function OnlyWhole({ file }: { readonly file: string }) {
  const why = file.endsWith('.parquet')
    ? 'A Parquet file tells at its very end what its columns are: they'
    : 'A compressed file is looked at as a whole: its columns'
  return <p className={styles.words}>{`${why} are shown once all of it is here.`}</p>
}

function Progress({ view: { phase, received, bytes: whole, share } }: { readonly view: UploadView }) {
  if (phase === 'receiving')
    return (
      <Bar
        label="Sent"
        share={whole === 0 ? 1 : received / whole}
        words={`${bytes(received)} of ${bytes(whole)} sent`}
      />
    )
  if (phase !== 'loading') return null
  return <Bar label="Loaded" share={share ?? 0} words="Each row is held against the contract" />
}

function Bar({ label, share, words }: { readonly label: string; readonly share: number; readonly words: string }) {
  return (
    <div className={styles.progress}>
      <progress aria-label={label} max={1} value={share} className={styles.bar} />
      <p className={styles.words}>{words}</p>
    </div>
  )
}

import { type ReactNode, useId } from 'react'
import { useIsAdmin } from '../../data/session.ts'
import { classes } from '../../parts/classes.ts'
import { Page } from '../../parts/page.tsx'
import { Empty, Failure } from '../../parts/states.tsx'
import { useGivenFile } from '../../shell/given-file.ts'
import styles from './add.module.css'
import { Done } from './done.tsx'
import { Look } from './look.tsx'
import { useUpload } from './use-upload.ts'

const formats = '.csv,.tsv,.txt,.json,.ndjson,.jsonl,.parquet,.gz,.zst'

/** A file of one's own: what is in it, then a table, and its dashboard. */
export function Add() {
  const isAdmin = useIsAdmin()
  const { file, give } = useGivenFile()
  const { view, error, load } = useUpload(file)
  if (!isAdmin)
    return (
      <Page title="Your own data">
        <Empty title="This token looks, and adds nothing">Sign in with the token of an admin.</Empty>
      </Page>
    )
  const again = (
    <Choose onFile={give} plain>
      Another file
    </Choose>
  )
  if (!file)
    return (
      <Page title="Your own data" summary="A file becomes a table, a model and a dashboard, all files of the project.">
        <div className={styles.invitation}>
          <p className={styles.drop}>Drop a file anywhere</p>
          <p className={styles.formats}>CSV, TSV, JSON, NDJSON or Parquet; also .gz and .zst</p>
          <Choose onFile={give}>Choose a file</Choose>
        </div>
      </Page>
    )
  return (
    <Page title="Your own data" summary={file.name} actions={view?.phase === 'loading' ? undefined : again}>
      {error !== undefined && !view && <Failure error={error} />}
      {view?.loaded ? (
        <Done view={view} loaded={view.loaded} />
      ) : (
        view && <Look key={view.id} {...{ view, error, load }} />
      )}
    </Page>
  )
}

interface ChooseProps {
  readonly onFile: (file: File) => void
  readonly plain?: boolean
  readonly children: ReactNode
}

function Choose({ onFile, plain, children }: ChooseProps) {
  const id = useId()
  return (
    <label htmlFor={id} className={classes(styles.choose, plain && styles.plain)}>
      {children}
      <input
        id={id}
        type="file"
        accept={formats}
        className={styles.input}
        onChange={({ target }) => {
          const [file] = target.files ?? []
          if (file) onFile(file)
          // the same file once more is a file too
          target.value = ''
        }}
      />
    </label>
  )
}

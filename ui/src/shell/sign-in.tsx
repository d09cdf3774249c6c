import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { signIn } from '../data/session.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { messageOf } from '../parts/states.tsx'
import { Mark } from './mark.tsx'
import styles from './sign-in.module.css'

/** What stands in place of every page until somebody is known. */
export function SignIn() {
  const queries = useQueryClient()
  const [fault, setFault] = useState<string>()
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const token = new FormData(event.currentTarget).get('token')
    setBusy(true)
    try {
      await signIn(queries, String(token).trim())
    } catch (error) {
      setFault(messageOf(error))
      setBusy(false)
    }
  }
  return (
    <main className={styles.sheet}>
      <title>Sign in · Millrace</title>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <Mark />
        <h1 className={styles.title}>Sign in</h1>
        {/* keepers of passwords want to know whose it is */}
        <input hidden name="username" autoComplete="username" defaultValue="millrace" />
        <Field
          name="token"
          label="Token"
          type="password"
          autoComplete="current-password"
          required
          autoFocus
          hint="An admin’s token or one to read: server.tokens of the project, or MILLRACE_ADMIN_TOKEN."
          {...(fault !== undefined && { fault })}
        />
        <Button look="main" type="submit" disabled={busy}>
          Sign in
        </Button>
      </form>
    </main>
  )
}

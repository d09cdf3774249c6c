import { useQuery, useQueryClient } from '@tanstack/react-query'
import { sessionQuery, signOut } from '../data/session.ts'
import { Button } from '../parts/button.tsx'
import { messageOf } from '../parts/states.tsx'
import { useToast } from '../parts/toast.tsx'

/** Whoever has signed in can sign out. */
export function Account() {
  const { data: session } = useQuery(sessionQuery)
  const queries = useQueryClient()
  const toast = useToast()
  if (session?.access !== 'admin' && session?.access !== 'read') return null
  return (
    <Button
      look="quiet"
      small
      title={`Signed in as ${session.token ?? 'admin'}`}
      onClick={() => void signOut(queries).catch((error: unknown) => toast(messageOf(error), 'bad'))}
    >
      Sign out
    </Button>
  )
}

import { Fragment } from 'react'
import { TextLink } from '../../parts/text-link.tsx'

/** Tables by name, each a way to it. */
export function Links({ names }: { readonly names: readonly string[] }) {
  return names.map((name, index) => (
    <Fragment key={name}>
      {index > 0 && ', '}
      <TextLink to="/tables/$name" params={{ name }}>
        {name}
      </TextLink>
    </Fragment>
  ))
}

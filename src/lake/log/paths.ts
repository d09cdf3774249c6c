/** A URI with a scheme: `s3://…`. Such a path is carried as it is, but for `file:`, which is the path that it names. */
const absolute = /^[A-Za-z][A-Za-z0-9+.-]*:\//

/** Marks that stay as they are in a path (RFC 2396 `pchar` without the colon), which encodeURIComponent would escape. */
const plain: Readonly<Record<string, string>> = {
  '%3D': '=',
  '%40': '@',
  '%2B': '+',
  '%24': '$',
  '%2C': ',',
  '%26': '&',
  '%3B': ';',
}

/** A path whose text is the path itself, as nearly all are. */
const unescaped = /^[\w\-.!~*'()=@+$,&;/]*$/

/** Decodes the `path` of an action (Delta protocol, "Add File and Remove File": a URI by RFC 2396). Throws URIError. */
export function decodePath(text: string): string {
  // writers name the same local file as `/a`, `file:/a` and `file:///a`, in the add and in its remove
  const path = text.replace(/^file:(?:\/\/)?(?=\/[^/])/, '')
  return absolute.test(path) || !path.includes('%') ? path : decodeURIComponent(path)
}

/** The text of a path in the log, as Spark writes it. */
export function encodePath(path: string): string {
  if (unescaped.test(path) || absolute.test(path)) return path
  return path
    .split('/')
    .map((part) => encodeURIComponent(part).replace(/%(3D|40|2B|24|2C|26|3B)/g, (code) => plain[code] as string))
    .join('/')
}

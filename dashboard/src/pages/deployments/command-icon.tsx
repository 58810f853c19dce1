/** Paths of the icons that the server names, on a square of 16. */
const PATHS: Readonly<Record<string, string>> = {
  'fa-redo': 'M13 3v4H9M12.5 7A5 5 0 1 0 13 10',
  'fa-play': 'M4 2.5v11l9-5.5z',
  'fa-stop': 'M3.5 3.5h9v9h-9z',
  'fa-pause': 'M5 3v10M11 3v10',
  'fa-file-alt': 'M4 1.5h5.5L12 4v10.5H4zM6 7h4M6 10h4',
  'fa-download': 'M8 2v8M4.5 7 8 10.5 11.5 7M3 13.5h10',
  'fa-sync': 'M2.5 8a5.5 5.5 0 0 1 10-3M13.5 8a5.5 5.5 0 0 1-10 3M12.5 2v3h-3M3.5 14v-3h3',
}

/** Icon of a command; a dot if it is unknown. The label has the meaning. */
export function CommandIcon({ icon }: { readonly icon: string }) {
  const path = PATHS[icon.split(' ').at(-1) ?? '']
  return (
    <svg width="14" height="14" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.6" aria-hidden>
      {path ? <path d={path} strokeLinejoin="round" strokeLinecap="round" /> : <circle cx="8" cy="8" r="3" />}
    </svg>
  )
}

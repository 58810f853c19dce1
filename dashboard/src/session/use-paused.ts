import { useEffect, useState } from 'react'

/** Time without a key until a text is checked. */
const PAUSE_MS = 600

/** A text after a pause of its changes. */
export function usePaused(text: string): string {
  const [paused, setPaused] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return paused
}

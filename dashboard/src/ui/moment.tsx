import { useSession } from '../session/session-context.js'
import { words } from '../words/en.js'
import { moment, momentInZones } from './format.js'

interface MomentProps {
  readonly at: string
  /** True for a time of the business clock, which the sandbox can move. Default: a time of the machine. */
  readonly isBusiness?: boolean
}

/** A moment in the time zone of the reader. It names both zones when pointed at, and in the sandbox what the machine measured. */
export function Moment({ at, isBusiness = false }: MomentProps) {
  const isMarked = useSession().config.mode === 'sandbox' && !isBusiness
  return (
    <time dateTime={at} title={momentInZones(at)}>
      {moment(at)}
      {isMarked && <span className="machine-clock"> {words.machineClock}</span>}
    </time>
  )
}

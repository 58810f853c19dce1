import { useSession } from '../session/session-context.js'
import { words } from '../words/en.js'
import IconClock from 'icon:clock'
import { date, moment, momentInZones, shortMoment } from './format.js'
import { Icon } from './icon.js'

interface MomentProps {
  readonly at: string
  /** True for a time of the business clock, which the sandbox can move. Default: a time of the machine. */
  readonly isBusiness?: boolean
  /** True to show the day only. */
  readonly isDay?: boolean
}

/** A moment in the time zone of the reader. It names both zones when pointed at. In the sandbox a clock marks what the machine measured. */
export function Moment({ at, isBusiness = false, isDay = false }: MomentProps) {
  const isMarked = useSession().config.mode === 'sandbox' && !isBusiness
  return (
    <time dateTime={at} title={momentInZones(at)}>
      {(isDay ? date : moment)(at)}
      {isMarked && (
        <span className="machine-clock" title={words.machineClock}>
          <Icon of={IconClock} size={12} />
          <span className="only-read">{words.machineClock}</span>
        </span>
      )}
    </time>
  )
}

/** A moment in one of many rows. */
export const ShortMoment = ({ at }: Pick<MomentProps, 'at'>) => (
  <time dateTime={at} title={momentInZones(at)}>
    {shortMoment(at)}
  </time>
)

/** The mark of a list whose times are those of the machine. Without a sandbox there is no other clock. */
export const MachineClock = () =>
  useSession().config.mode === 'sandbox' && (
    <span className="machine-clock">
      <Icon of={IconClock} size={12} /> {words.machineClock}
    </span>
  )

import { useSeller } from '../session/seller.js'

/** Logo and name of the seller. */
export function Brand() {
  const { name, logo } = useSeller()
  return (
    <>
      {logo === null ? (
        <span className="brand-mark" aria-hidden>
          {name.slice(0, 1)}
        </span>
      ) : (
        <img src={logo} alt="" height={20} />
      )}
      {name}
    </>
  )
}

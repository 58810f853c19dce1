/**
 * A shorter list that still fails. Parts are left out, half as large each time, until no single step can be left out.
 * `fails` is called at most `maxCalls` times.
 */
export function shrink<Step>(
  steps: readonly Step[],
  fails: (steps: readonly Step[]) => boolean,
  maxCalls = 4000,
): readonly Step[] {
  let needed = steps
  let calls = 0
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    let isShorter = true
    while (isShorter) {
      isShorter = false
      for (let from = 0; from < needed.length;) {
        if (calls++ >= maxCalls) return needed
        const candidate = [...needed.slice(0, from), ...needed.slice(from + size)]
        if (fails(candidate)) {
          needed = candidate
          isShorter = true
        } else from += size
      }
      if (size > 1) break
    }
  }
  return needed
}

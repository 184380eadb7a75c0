const paths = {
  close: 'M4 4l8 8M12 4l-8 8',
  copy: 'M5.500 5.500h7v7h-7zM3.500 10.500v-7h7',
  check: 'M3.500 8.500l3 3 6-7',
  search: 'M7 11.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM10.500 10.500l3 3',
  down: 'M4 6l4 4 4-4',
  right: 'M6 4l4 4-4 4',
  up: 'M4 10l4-4 4 4',
  tag: 'M2.500 2.500h5.500l5.500 5.500-5.500 5.500-5.500-5.500zM5.500 5.500h.01',
  undo: 'M6 3L2.500 6.500 6 10M3 6.500h6a4 4 0 0 1 0 7.500H6',
  restart: 'M13 8a5 5 0 1 1-1.500-3.500M13 2v3h-3',
  pause: 'M5.500 3v10M10.500 3v10',
  play: 'M5 3l7 5-7 5z',
  code: 'M5.500 4L2 8l3.500 4M10.500 4L14 8l-3.500 4',
  warn: 'M8 2.500l6 11H2zM8 6.500v3.500M8 12h.01',
  key: 'M5 11a3 3 0 1 1 2.500-4.600L13.500 6.500v2.500M11 6.500v2M5 8h.01',
  plus: 'M8 3v10M3 8h10',
  trash: 'M3 4.500h10M6 4.500v-2h4v2M4.500 4.500l.5 9h6l.5-9',
  user: 'M8 8a2.700 2.700 0 1 0 0-5.400A2.700 2.700 0 0 0 8 8zM3 13.500c.5-2.500 2.500-4 5-4s4.500 1.500 5 4',
  edit: 'M3 13l.7-3L10.500 3.200l2.300 2.300L6 12.300z',
} as const

export type IconName = keyof typeof paths

/** Decorative: use it beside text or in a labelled button. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.500"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  )
}

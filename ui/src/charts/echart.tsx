import type { EChartsType } from 'echarts/core'
import { useEffect, useRef } from 'react'
import type { EChart } from '../../../src/charts/chart.ts'
import styles from './echart.module.css'
import { makeChart } from './echarts.ts'
import { enlarged } from './enlarged.ts'
import type { Pressed } from './marked.ts'

interface EChartViewProps {
  /** What it shows, for whoever does not see it. */
  readonly label: string
  readonly option: EChart
  readonly onPress: (pressed: Pressed) => void
}

/** Type of a desk, in pixels: what options are written for. */
const deskPx = 15.5

/** A drawing of ECharts that is changed in its place, and never blank in between. */
export function EChartView({ label, option, onPress }: EChartViewProps) {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType>(undefined)
  const draw = useRef(() => {})
  const press = useRef(onPress)
  useEffect(() => {
    press.current = onPress
  }, [onPress])
  useEffect(() => {
    const element = place.current as HTMLDivElement
    const made = makeChart(element)
    chart.current = made
    made.on('click', (event) => press.current(pressedOf(event)))
    const observer = new ResizeObserver(() => {
      made.resize()
      draw.current()
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.dispose()
      chart.current = undefined
    }
  }, [])
  useEffect(() => {
    let drawnAt = 0
    draw.current = () => {
      // letters are as large as the page's, which are others once its window is
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
      const scale = Math.max(1, rem / deskPx)
      if (scale === drawnAt) return
      drawnAt = scale
      chart.current?.setOption(
        { ...enlarged(option, scale), aria: { enabled: true, label: { description: label } } },
        { replaceMerge: ['series', 'xAxis', 'yAxis'], lazyUpdate: false },
      )
    }
    draw.current()
  }, [option, label])
  return <div ref={place} className={styles.chart} role="img" aria-label={label} />
}

interface ClickEvent {
  readonly seriesName?: string
  readonly name?: string
  readonly value?: unknown
  readonly treePathInfo?: readonly { readonly name: string }[]
}

function pressedOf({ seriesName, name, value, treePathInfo }: ClickEvent): Pressed {
  return {
    ...(seriesName !== undefined && { seriesName }),
    ...(name !== undefined && { name }),
    value,
    // the first is the whole
    ...(treePathInfo && { path: treePathInfo.slice(1).map((step) => step.name) }),
  }
}

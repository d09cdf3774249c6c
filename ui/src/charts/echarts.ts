import { BarChart, LineChart, PieChart, TreemapChart } from 'echarts/charts'
import { AriaComponent, GridComponent, LegendScrollComponent, TooltipComponent } from 'echarts/components'
import { type EChartsType, init, use } from 'echarts/core'
import { LabelLayout } from 'echarts/features'
import { CanvasRenderer } from 'echarts/renderers'

// what is not named here is not loaded
const used = [
  BarChart,
  LineChart,
  PieChart,
  TreemapChart,
  AriaComponent,
  GridComponent,
  LegendScrollComponent,
  TooltipComponent,
  LabelLayout,
  CanvasRenderer,
]

/** An empty drawing in an element. */
export function makeChart(element: HTMLElement): EChartsType {
  // again it does nothing; and outside of a function a build that takes modules for free of effects would leave it out
  use(used)
  return init(element)
}

//! The months as charts: how many, and how long. What is drawn stands in the table of months, too.

use charts_rs::{BarChart, Color, NIL_VALUE};
use maud::{Markup, PreEscaped, html as markup};

use super::Sheet;
use super::figures::name;
use crate::i18n::report::Saying;
use crate::report::row::Measure;
use crate::report::span::{self, Unit};
use crate::report::tally::Group;

/// How many months are drawn at most; the table has all.
const MONTHS: usize = 24;
/// With fewer months than this a chart is narrower.
const SLIM: usize = 6;
/// The size that a chart is drawn in; it is shown as large as there is room.
const SIZE: (f32, f32) = (640.0, 220.0);
/// Colours that the style puts its own in the place of, in either theme.
const COLOURS: [&str; 2] = ["#0000A1", "#0000A2"];
const INK: &str = "#0000B1";
const LINE: &str = "#0000B2";

impl Sheet<'_> {
    /// All charts.
    pub(super) fn charts(&self) -> Markup {
        let months = &self.report.months;
        let months = months
            .get(months.len().saturating_sub(MONTHS)..)
            .unwrap_or_default();
        let first = months.first().map(|month| self.look.group(&month.key));
        let last = months.last().map(|month| self.look.group(&month.key));
        let ends = [first, last.filter(|_| months.len() > 1)];
        let span: Vec<String> = ends.into_iter().flatten().collect();
        markup! {
            section id="months" {
                h2 { (self.say(Saying::Charts)) " "
                    small.muted { (span.join(" – ")) " · "
                        a href="#by-month" { (self.say(Saying::AsTable)) } }
                }
                div.charts {
                    (self.counts(months))
                    @for measure in [Measure::Recover, Measure::Respond, Measure::Resolve, Measure::Detect] {
                        (self.times(measure, months))
                    }
                    (self.people(months))
                }
            }
        }
    }

    fn counts(&self, months: &[Group]) -> Markup {
        let values = months
            .iter()
            .map(|month| Some(handy(month.count as i64, 1)));
        let what = self.say(Saying::CountChart);
        let newest = months.last().map(|month| month.count.to_string());
        let svg = self.draw(months, vec![values.collect()]);
        self.figure(what, what, newest, months, svg.as_deref(), false)
    }

    fn people(&self, months: &[Group]) -> Markup {
        let values = months
            .iter()
            .map(|month| month.people.median.map(|it| it as f32));
        let what = self.say(Saying::PeopleChart);
        let newest = months.last().and_then(|month| month.people.median);
        let newest = newest.map(|it| it.to_string());
        let svg = self.draw(months, vec![values.collect()]);
        self.figure(what, what, newest, months, svg.as_deref(), false)
    }

    fn times(&self, measure: Measure, months: &[Group]) -> Markup {
        let what = self.say(name(measure));
        let p90s = months.iter().filter_map(|month| month.time(measure).p90);
        let most = p90s.max();
        let unit = Unit::for_seconds(most.unwrap_or_default());
        let value = |seconds: Option<i64>| seconds.map(|it| handy(it, unit.seconds()));
        let medians = months.iter().map(|month| value(month.time(measure).median));
        let p90s = months.iter().map(|month| value(month.time(measure).p90));
        let newest = months.last().and_then(|month| month.time(measure).median);
        let newest = newest.map(|it| span::words(it, self.lang()));
        let svg = most.and_then(|_| self.draw(months, vec![medians.collect(), p90s.collect()]));
        let with = [("what", what), ("unit", unit.word(self.lang()))];
        let caption = match svg {
            Some(_) => self.fill(Saying::InUnit, &with),
            None => what.to_owned(),
        };
        self.figure(what, &caption, newest, months, svg.as_deref(), true)
    }

    fn figure(
        &self,
        what: &str,
        caption: &str,
        newest: Option<String>,
        months: &[Group],
        svg: Option<&str>,
        two: bool,
    ) -> Markup {
        let month = months.last().map(|month| self.look.group(&month.key));
        let with = [
            ("what", what),
            ("month", month.as_deref().unwrap_or_default()),
            (
                "value",
                newest.as_deref().unwrap_or(self.say(Saying::NothingKnown)),
            ),
        ];
        let said = self.fill(Saying::ChartSays, &with);
        markup! {
            figure {
                figcaption {
                    span { (caption) }
                    @if two && svg.is_some() {
                        span.legend aria-hidden="true" {
                            span.one { (self.say(Saying::Median)) } " "
                            span.two { (self.say(Saying::P90)) }
                        }
                    }
                }
                @match svg {
                    Some(svg) => { div.chart role="img" aria-label=(said) { (PreEscaped(svg)) } }
                    None => { p.nothing.muted { (self.say(Saying::NothingKnown)) } }
                }
            }
        }
    }

    /// Bars for each month, as SVG. It holds numbers and months only, nothing that people wrote.
    fn draw(&self, months: &[Group], series: Vec<Vec<Option<f32>>>) -> Option<String> {
        let values = series.iter().flatten().filter_map(|value| *value);
        let (top, steps) = scale(values.fold(0.0, f32::max));
        let names = months.iter().map(|month| self.look.group(&month.key));
        let series = series.into_iter().enumerate().map(|(nth, values)| {
            let values: Vec<f32> = values
                .into_iter()
                .map(|it| it.unwrap_or(NIL_VALUE))
                .collect();
            (["1", "2"][nth % 2], values).into()
        });
        let mut chart = BarChart::new(series.collect(), names.collect());
        (chart.width, chart.height) = SIZE;
        // Room for the upper half of the topmost number.
        chart.margin.top = 12.0;
        // Few bars stay slim.
        let room = months.len().min(SLIM) as f32 / SLIM as f32;
        chart.margin.right += SIZE.0 * 0.9 * (1.0 - room);
        chart.background_color = Color::transparent();
        chart.legend.show = Some(false);
        chart.series.colors = COLOURS.map(Color::from).to_vec();
        chart.grid.stroke_color = LINE.into();
        chart.x_axis.stroke_color = LINE.into();
        chart.x_axis.font.color = INK.into();
        for axis in &mut chart.y_axis_configs {
            axis.font.color = INK.into();
            axis.min = Some(0.0);
            axis.max = Some(top);
            axis.split_number = steps;
        }
        chart.svg().ok()
    }
}

/// A number in some unit, as precise as a chart can show.
fn handy(value: i64, unit: i64) -> f32 {
    (value as f64 / unit as f64 * 100.0).round() as f32 / 100.0
}

/// Where an axis ends that shows values up to `most`, and in how many steps: each step is 1, 2 or 5,
/// or that with noughts behind it.
fn scale(most: f32) -> (f32, usize) {
    let mut step = 1.0;
    for factor in [2.0, 2.5, 2.0].into_iter().cycle() {
        if step * 5.0 >= most {
            break;
        }
        step *= factor;
    }
    let steps = (most / step).ceil().clamp(1.0, 5.0);
    (steps * step, steps as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_or_above_the_greatest_value_and_its_steps_are_round() {
        for (most, wanted) in [
            (0.0, (1.0, 1)),
            (3.0, (3.0, 3)),
            (5.0, (5.0, 5)),
            (6.0, (6.0, 3)),
            (24.0, (25.0, 5)),
            (26.0, (30.0, 3)),
            (501.0, (600.0, 3)),
        ] {
            assert_eq!(scale(most), wanted, "{most}");
        }
    }
}

"""The words and numbers of the research paper. Its authors, sites, measurements and references are invented."""

TITLE = "Drift-Aware Calibration of Low-Cost Soil Moisture Probes in Terraced Tea Gardens"
AUTHORS = "Ines Halvorsen, Tomas Okafor-Reyes and Lin Qiaoyun"
FOOTNOTE = "¹ All readings and errors are volumetric water content in percentage points, unless stated otherwise."

TEXT = """
title| Drift-Aware Calibration of Low-Cost Soil Moisture Probes in Terraced Tea Gardens

authors| Ines Halvorsen, Tomas Okafor-Reyes and Lin Qiaoyun

place| *Calder Institute of Agronomy, Northmere*

abstract-head| Abstract

abstract| Capacitive soil moisture probes are cheap enough to be placed by the dozen, but their readings drift
as the board ages and the soil around it settles. We describe drift-aware calibration, a procedure in two
stages: a curve fitted once in the laboratory, and a correction of gain and offset that is renewed every month
from a single reference probe on each terrace. In a trial of 14 months with 96 probes on 12 terraces of a
highland tea garden, the mean absolute error fell from 4.8 to 1.9 percentage points. Terraces that were
irrigated by the corrected readings used 17% less water than those that relied on the factory calibration, and
the yield of made tea did not change.

@columns

# 1 Introduction

Irrigation is the largest controllable cost of highland tea after labour. On a terraced slope the need for water
changes within a few metres: the outer edge of a terrace dries first, the inner drain stays wet for days, and
the shade of the next terrace moves over the bed with the season. One good sensor per field says little about
such a place. Many cheap sensors could say more, if only their readings were to be trusted.

Capacitive probes that cost less than a meal have made dense networks affordable. Their weak point is well
known. The varnish on the circuit board takes up water, the supply voltage sags as the battery empties, and
roots loosen the soil around the blade. Each of these effects is small on any single day. Over a season they add
up to an error larger than the difference between a bed that needs water and one that does not.

This paper asks whether a small number of reference instruments can keep a large number of cheap probes honest.
Our contribution is threefold. We give a calibration procedure that needs one reference probe for every eight
cheap ones. We report a field trial of 14 months, long enough to show drift rather than noise. And we follow the
readings through to the decision they serve, by measuring water use and yield.

# 2 Related Work

Laboratory calibration of capacitive probes was studied by Marsh and Delacroix [1], who showed that a quadratic
curve for each soil type removes most of the initial error. Their probes were tested for nine weeks, too short a
time to observe ageing. Petrosyan [2] followed 20 probes in a potato field for two seasons and found an average
drift of 0.3 percentage points a month, always towards drier readings.

Correction in the field has been attempted by assuming that all probes agree after heavy rain [3]. The
assumption holds on flat land. On terraces it fails, because the inner drain and the outer edge never reach the
same water content. Network methods that compare each probe with its neighbours [4] suffer from the same
weakness, and in addition they cannot see a drift that all probes share.

# 3 Method

## 3.1 Site and Probes

The trial took place at Harrow Fell, a tea garden of 41 hectares between 1,120 and 1,340 metres above sea level.
The soil is a clay loam with 5.2% organic matter. Twelve terraces of similar aspect were chosen, each about 60
metres long and 4 metres wide. On every terrace we installed eight capacitive probes of type CP-3 at a depth of
20 centimetres, four along the outer edge and four along the inner drain, 96 probes in all.

Each terrace also received one reference probe, a time-domain reflectometer of type TR-900. The reference probe
was placed in the middle of the bed, and its readings were checked every three months against soil cores dried
at 105 degrees. The largest deviation from the cores was 0.8 percentage points.¹

## 3.2 Laboratory Curve

Before installation, every CP-3 probe was read in six pots of site soil, wetted to between 10% and 45%. A
quadratic curve was fitted to the output voltage *v* of each probe:

formula| *w* = *a* + *b v* + *c v*²

more| where *w* is the estimated water content. Fitting took 25 minutes per probe, nearly all of it spent
waiting for the reading to settle. The coefficients are stored in the probe and are never changed afterwards.

## 3.3 Monthly Field Correction

Drift is modelled as a change of gain and offset. For each probe and each month, the corrected content *u*
follows from the laboratory estimate by

formula| *u* = *g w* + *h*

more| The pair (*g*, *h*) is found by least squares over the hours in which the bed is close to equilibrium. We
call an hour quiet if no irrigation ran in the previous 36 hours, less than 2 millimetres of rain fell in the
previous 24 hours, and the reference reading changed by less than 0.2 percentage points. A month offers between
90 and 210 quiet hours at our site.

The probe and the reference do not see the same soil, so their readings may differ by a constant even when both
are right. We therefore estimate this contrast in the first month, when the laboratory curve is still fresh, and
keep it fixed. To guard against a damaged probe, *g* is confined to the interval from 0.7 to 1.4. A probe that
meets either bound in two consecutive months is flagged for replacement. During the trial this happened to five
of the 96 probes.

# 4 Field Trial

## 4.1 Design

The trial ran from March 2022 to April 2023. The 12 terraces were divided at random into three arms of four
terraces each. The correction was computed for all 96 probes, but only one arm was watered by it. In the
*factory* arm, irrigation followed the calibration supplied by the manufacturer. In the *laboratory* arm it
followed the curve of Section 3.2. In the *drift-aware* arm it followed the corrected readings of Section 3.3.

All arms used the same rule: a valve opened when the median of the eight probes on a terrace fell below 24% and
closed when it rose above 31%. The staff of the garden could override the rule, and did so on nine occasions,
eight of them during a frost in January.

No probe was exchanged while the trial ran. The five probes flagged as in Section 3.3 stayed in the ground and
in the analysis, two of them in the drift-aware arm, so that the results include the effect of failing hardware.

## 4.2 Measurements

Errors were judged against soil cores, not against the reference probes. Once a month two cores were taken
beside each CP-3 probe, 2,688 cores in all. Water was metered at the valve of each terrace. Leaf was plucked
every 12 days and weighed by terrace; yield is given as made tea per hectare.

# 5 Results

## 5.1 Accuracy and Water Use

Figure 1 shows the error of the three arms over time, and Table 1 gives the main outcomes. The factory
calibration began with an error of 3.1 percentage points and ended at 6.2. The laboratory curve halved the
initial error but lost its advantage at a steady pace of about 0.2 percentage points a month. With the monthly
correction the error rose only from 1.6 to 2.1.

@figure

caption| Figure 1: Mean absolute error by month of the trial. Only the drift-aware arm stays near its initial
error.

tablecaption| Table 1: Outcomes by arm. MAE is the mean absolute error in percentage points.

@outcomes

The better readings were worth having. The drift-aware arm used 2,440 cubic metres of water per hectare, 17%
less than the factory arm. Most of the saving fell in the months of May to August, when uncorrected probes
reported the soil as drier than it was and the valves opened too early. Differences in yield were within 1% and
not significant (*p* = 0.64).

## 5.2 Position on the Terrace

Drift was not the same everywhere. Over the whole trial, laboratory readings at the outer edge fell by 3.4
percentage points on average, those along the inner drain by 1.9. The edge dries and swells more often, and we
believe that the repeated movement opens a gap of air around the blade. After correction the two positions
hardly differed: the mean absolute error was 1.9 percentage points at the edge and 1.8 along the drain.

## 5.3 Cost

The correction costs little. Downloading the reference readings and running the fit took 0.9 hours of labour per
terrace and month. A TR-900 costs 912 dollars. Shared among eight probes, and assuming that it lasts for ten
years, it adds 11.40 dollars per probe and year.

# 6 Discussion

Three limits should be kept in mind. First, the garden has a single soil type. On a site with several soils each
would need its own laboratory curve, and perhaps its own reference. Second, the method needs quiet hours. In a
month of daily rain there may be too few of them; we then carried the previous correction forward, which
happened once, in November 2022. Third, a drift of the reference itself would be passed on to all eight probes.
The quarterly soil cores are meant to catch this, and they should not be dropped to save work.

Readers may ask why the error of the drift-aware arm did not vanish altogether. Most of what is left is not
drift but difference of place: a soil core and a probe 15 centimetres apart do not hold the same water. Pairs of
cores taken side by side differed by 1.4 percentage points on average, so an error of 1.9 is close to the best
that any point sensor can show by this measure.

We were surprised by how much of the drift is shared. On average 61% of the change in offset was common to all
probes of a terrace, which suggests that the settling of the soil after planting matters more than the ageing of
the electronics. If this can be confirmed elsewhere, a correction every two months may be enough after the first
year.

# 7 Advice for Practice

Gardens that wish to adopt the procedure may find the following order useful. Fit the laboratory curve before
the probes go into the ground, since it cannot be made up later. Install probes and reference at the same time,
and wait four weeks before the first correction, until the soil has settled. Place the reference where the
irrigation pipe cannot leak on it. Repeat the check against soil cores every three months.

Where money for one reference per terrace is lacking, two neighbouring terraces of the same aspect can share
one. We tried this afterwards on our own data: with six references instead of 12 the error of the drift-aware
arm rose from 1.9 to 2.3 percentage points, still below that of the laboratory curve. Sharing among four
terraces raised it to 3.1, which is no better than having no correction at all.

# 8 Conclusion

A dense network of cheap probes can be kept accurate for more than a year by one reference instrument for every
eight probes and less than one hour of labour per terrace and month. The gain in accuracy reaches the water
meter: the trial saved 500 cubic metres per hectare without loss of yield. The readings, the soil core data and
the fitting program are available from the authors on request.

plain| Acknowledgements

We thank the pluckers and the irrigation team of Harrow Fell, who dug most of the 2,688 cores. The work was
funded by the Northmere Upland Fund under grant NUF-2021-083.

plain| References

ref| [1] A. Marsh and P. Delacroix. Quadratic calibration of capacitive moisture probes in four soils. *Journal
of Field Instruments*, 12(3):201–214, 2016.

ref| [2] N. Petrosyan. Two seasons of drift in a potato field. *Sensors on the Land*, 4(1):33–47, 2019.

ref| [3] O. Lindqvist, M. Abara and J. Tennant. Rain as a calibration event. In *Proceedings of the Northmere
Workshop on Field Sensing*, pages 77–82, 2018.

ref| [4] H. Castellan and R. Iyer. Neighbours know best: blind calibration of dense probe networks. *Upland
Computing*, 9(2):118–131, 2020.
"""

OUTCOMES = [
    ["Outcome", "Factory", "Laboratory", "Drift-aware"],
    ["MAE, month 1", "3.1", "1.6", "1.6"],
    ["MAE, month 7", "4.9", "2.9", "1.9"],
    ["MAE, month 14", "6.2", "4.1", "2.1"],
    ["MAE, whole trial", "4.8", "3.0", "1.9"],
    ["Water (m³/ha)", "2,940", "2,710", "2,440"],
    ["Yield (kg/ha)", "1,815", "1,822", "1,809"],
]

# Mean absolute error of every month, as drawn in Figure 1.
ERRORS = {
    "Factory": [3.1, 3.3, 3.6, 4.0, 4.3, 4.6, 4.9, 5.0, 5.2, 5.4, 5.6, 5.8, 6.0, 6.2],
    "Laboratory": [1.6, 1.8, 2.1, 2.3, 2.5, 2.7, 2.9, 3.1, 3.3, 3.5, 3.7, 3.8, 4.0, 4.1],
    "Drift-aware": [1.6, 1.7, 1.8, 1.8, 1.9, 1.9, 1.9, 1.9, 2.0, 2.0, 2.0, 2.0, 2.1, 2.1],
}

HYPHENATION = """
af-ford-able agree-ment av-er-age cali-bra-tion capac-i-tive cen-time-tres coef-fi-cients com-pare con-fined con-firmed
con-sec-u-tive con-stant con-tent con-tri-bu-tion con-trol-lable cor-rec-tion cor-rected dam-aged deci-sion degrees
devi-a-tion dif-fer-ence dif-fer-ences dif-fer down-load-ing drift-aware effects elec-tron-ics else-where equi-lib-rium
esti-mate esti-mated fac-tory hec-tare hec-tares ini-tial instal-la-tion installed instru-ment instru-ments inter-val
irri-ga-tion irri-gated labo-ra-tory loos-en man-u-fac-turer mea-sure-ments mea-sur-ing milli-me-tres mois-ture month-ly
net-work net-works occa-sions organ-ic out-comes over-ride per-cent-age pre-vi-ous pro-ce-dure pro-gram quad-ratic
quar-ter-ly read-ing read-ings ref-er-ence reflec-tom-e-ter replace-ment sea-son sea-sons set-tles set-tling
sig-nif-i-cant sup-plied sur-prised ter-race ter-raced ter-races threefold uncor-rected var-nish volt-age weak-ness
"""

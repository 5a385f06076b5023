"""The words and numbers of the equipment manual, Chinese first, then English. Maker and product are invented."""

TITLE = "TH-01 恒温循环水浴 操作手册 / TH-01 Thermostatic Circulator Manual"
MAKER = "衡漾仪器 Hengyang Instruments"

TEXT = """
name| TH-01 恒温循环水浴 操作手册

ename| TH-01 Thermostatic Circulator · Operating Manual

version| 文件编号 Document No. TM-TH01-05 · 第五版 Edition 5 · 2024年1月 January 2024

# 1 安全须知 Safety

## 1.1 符号说明 Symbols

本手册用“警告”表示可能造成人身伤害的情况，用“注意”表示可能损坏设备的情况。操作前请通读全文，并将手册放在设备附近。

e| In this manual, WARNING marks a risk of injury and CAUTION marks a risk of damage to the device. Read the
whole manual before use and keep it near the device.

## 1.2 一般警告 General Warnings

@electric

@hot

@dry

# 2 产品概述 Overview

TH-01用于为反应釜、旋转蒸发仪和光学测量池提供恒定温度的循环液体。整机由水浴槽、加热器、循环泵PX-2040/B、过滤网
FL-118和控制面板组成。

e| The TH-01 supplies liquid of constant temperature to reaction vessels, rotary evaporators and optical cells.
It consists of a bath, a heater, the circulation pump PX-2040/B, the strainer FL-118 and a control panel.

caption| 表1 技术参数 / Table 1 Specifications

@specifications

# 3 安装 Installation

## 3.1 安装场地 Location

将设备放在水平、稳固的台面上，四周至少留出20 cm的散热空间。环境温度应在5 ℃至35 ℃之间，相对湿度不超过80%。

e| Place the device on a level, firm bench and leave at least 20 cm free on all sides. The ambient temperature
must be between 5 ℃ and 35 ℃, the relative humidity no more than 80%.

## 3.2 管路连接 Hose Connection

使用内径10 mm的硅胶软管，用不锈钢卡箍固定在出液口OUT和回液口IN上。单根软管长度不应超过3 m，弯曲半径不小于80 mm。

e| Use silicone hose of 10 mm inner diameter and fix it to the ports OUT and IN with stainless steel clamps. A
hose must not be longer than 3 m, and its bending radius not less than 80 mm.

## 3.3 紧固力矩 Tightening Torques

安装和维修后，按表2用力矩扳手紧固。泵壳螺栓须按对角顺序分两次拧紧。

e| After installation or repair, tighten with a torque wrench to the values of Table 2. Tighten the pump housing
bolts crosswise in two passes.

caption| 表2 紧固力矩 / Table 2 Tightening torques

@torques

# 4 操作 Operation

## 4.1 首次开机 First Start

### 4.1.1 加液 Filling

打开槽盖，加入去离子水至液位管的MAX标线，约需12 L。工作温度高于90 ℃时，应改用导热油HT-180，不得使用纯水。

e| Open the lid and fill with deionised water up to the MAX mark of the level tube; about 12 L are needed. Above
90 ℃ use the thermal oil HT-180 instead; plain water must not be used.

### 4.1.2 排气 Venting

按住PRIME键5秒，循环泵以低速运转90秒，将管路中的空气排回水浴槽。液位下降后再次补液。

e| Hold the PRIME key for 5 seconds. The pump runs slowly for 90 seconds and drives the air in the hoses back to
the bath. Top up the liquid when the level has fallen.

## 4.2 设定温度 Setting the Temperature

### 4.2.1 设定值 Set Point

按SET键，用旋钮选择目标温度，再按SET键确认。显示屏上的温度在目标值±0.1 ℃范围内保持3分钟后，READY灯点亮。

e| Press SET, turn the knob to the desired temperature and press SET again. The READY lamp lights once the
temperature has stayed within ±0.1 ℃ of the set point for 3 minutes.

### 4.2.2 超温保护 Over-temperature Limit

超温保护值出厂设定为100 ℃，应根据所用液体调整到比目标温度高10 ℃。用一字螺丝刀转动面板背后的LIMIT旋钮即可调整。

e| The over-temperature limit is set to 100 ℃ at the factory. Adjust it to 10 ℃ above the set point, as the
liquid allows, by turning the LIMIT knob behind the panel with a flat screwdriver.

# 5 维护 Maintenance

## 5.1 维护周期 Schedule

每运行250小时清洗一次过滤网FL-118，每1,000小时更换一次。去离子水每两周更换一次，导热油HT-180每12个月更换一次。

e| Clean the strainer FL-118 every 250 hours of operation and replace it every 1,000 hours. Change deionised
water every two weeks and the thermal oil HT-180 every 12 months.

## 5.2 更换循环泵 Replacing the Pump

### 5.2.1 拆卸 Removal

关闭电源，等待液体冷却到40 ℃以下，由排液阀放空水浴槽。松开四颗M5泵壳螺栓，拔下插头J3，向下取出循环泵。

e| Switch off, wait until the liquid is below 40 ℃ and drain the bath through the drain valve. Loosen the four
M5 housing bolts, unplug connector J3 and take the pump out downwards.

### 5.2.2 装配 Fitting

换上新的密封圈组件SR-77-K，装入循环泵PX-2040/B，按表2的力矩拧紧。旧型号PX-2040/A的接口电压不同，不得用于本机。

e| Fit a new seal kit SR-77-K, insert the pump PX-2040/B and tighten as in Table 2. The older PX-2040/A works at
a different voltage and must not be fitted to this device.

# 6 故障代码 Error Codes

发生故障时，设备停止加热，显示屏显示代码。排除原因后按RESET键2秒即可恢复。同一代码在24小时内出现三次，请联系服务部门。

e| On an error the device stops heating and shows a code. Remove the cause, then hold RESET for 2 seconds. If a
code appears three times within 24 hours, contact the service department.

caption| 表3 故障代码 / Table 3 Error codes

@errors

# 7 备件与服务 Spare Parts and Service

caption| 表4 备件 / Table 4 Spare parts

@parts

服务电话：5550-0172，工作日8:30至17:30。来电时请提供机身铭牌上的十位序列号。

e| Service phone: 5550-0172, working days from 8:30 to 17:30. Please have the ten-digit serial number on the
nameplate at hand.

# 8 储存与废弃 Storage and Disposal

## 8.1 储存 Storage

停用超过30天时，应放空水浴槽，用无水乙醇擦干内壁，并取出过滤网FL-118单独存放。储存温度为-10 ℃至50 ℃，避免结露。

e| When the device stands idle for more than 30 days, drain the bath, wipe it dry with anhydrous ethanol and
store the strainer FL-118 separately. Store at -10 ℃ to 50 ℃ and avoid condensation.

## 8.2 废弃 Disposal

控制板含有锂电池CR2032，废弃前须取出并单独回收。导热油HT-180应交由有资质的单位处理，不得倒入下水道。

e| The control board holds a lithium cell CR2032, which must be removed and recycled separately. Hand the
thermal oil HT-180 to a licensed waste handler; never pour it into a drain.
"""

WARNINGS = {
    "electric": (
        "警告 WARNING · 触电 Electric shock",
        "打开机壳前必须拔下电源插头，并等待至少5分钟，使电容放电。设备必须接地。",
        "Unplug the device and wait at least 5 minutes before opening the case. The device must be earthed.",
    ),
    "hot": (
        "警告 WARNING · 烫伤 Burns",
        "槽盖和排液阀在运行中可能超过70 ℃。液体温度高于40 ℃时不得排液。",
        "The lid and the drain valve may exceed 70 ℃. Do not drain the bath while the liquid is above 40 ℃.",
    ),
    "dry": (
        "注意 CAUTION · 干烧 Dry running",
        "循环泵PX-2040/B无液运转超过30秒会损坏轴封。加液前不得开机。",
        "Running dry for more than 30 seconds damages the shaft seal of the pump. Fill before switching on.",
    ),
}

SPECIFICATIONS = [
    ["项目 Item", "数值 Value"],
    ["温度范围 Temperature range", "5–90 ℃（水 water）；5–150 ℃（HT-180）"],
    ["温度稳定性 Stability", "±0.05 ℃"],
    ["槽容积 Bath volume", "12 L"],
    ["加热功率 Heating power", "1.8 kW"],
    ["循环泵流量 Pump flow", "14 L/min（PX-2040/B）"],
    ["电源 Supply", "AC 220 V，50 Hz，10 A"],
    ["净重 Net weight", "16.5 kg"],
]

TORQUES = [
    ["部位 Position", "规格 Size", "力矩 Torque"],
    ["泵壳螺栓 Pump housing bolt", "M5", "4.5 N·m"],
    ["加热器法兰螺栓 Heater flange bolt", "M6", "8.0 N·m"],
    ["排液阀 Drain valve", "G1/4", "12 N·m"],
    ["接地端子 Earth terminal", "M4", "1.8 N·m"],
]

ERRORS = [
    ["代码 Code", "含义 Meaning", "处理 Action"],
    [
        "E01",
        "液位过低 Liquid level low",
        "补液至MAX标线，检查软管是否泄漏。 Fill up to MAX; check the hoses for leaks.",
    ],
    [
        "E03",
        "温度传感器断路 Sensor open circuit",
        "检查插头J1，必要时更换传感器TS-12。 Check connector J1; replace sensor TS-12.",
    ],
    ["E05", "超温保护动作 Over-temperature", "等待冷却，检查LIMIT旋钮的设定。 Let it cool; check the LIMIT setting."],
    [
        "E07",
        "循环泵堵转 Pump rotor blocked",
        (
            "断电，清洗过滤网FL-118并清除叶轮上的异物；再次出现时更换循环泵。 "
            "Switch off, clean the strainer FL-118 and clear the impeller. If the error returns, replace the pump."
        ),
    ],
    ["E09", "加热器故障 Heater fault", "检查插头J2和保险丝F2（10 A）。 Check connector J2 and fuse F2 (10 A)."],
    ["E12", "通讯中断 Communication lost", "检查RS-485接线和终端电阻。 Check RS-485 wiring and termination."],
]

PARTS = [
    ["件号 Part No.", "名称 Name", "适用 For"],
    ["PX-2040/B", "循环泵 Circulation pump", "TH-01、TH-02"],
    ["FL-118", "过滤网 Strainer", "TH-01"],
    ["SR-77-K", "密封圈组件 Seal kit", "PX-2040/B"],
    ["TS-12", "温度传感器 Temperature sensor", "TH-01"],
    ["HT-180", "导热油5 L Thermal oil, 5 L", "TH-01、TH-02"],
]

"""A company's workbook, part by part as Excel writes them: logo, text box, sparkline, conditional formats, macro,
chart, picture in the header, validation, formulas, shared strings, a sheet whose name holds a quote."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DRAW = "http://schemas.openxmlformats.org/drawingml/2006"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'


def picture() -> bytes:
    """A PNG of one red point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def relations(*of: tuple[str, str, str]) -> str:
    lines = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{target}"/>' for i, kind, target in of)
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def sheet_xml(rows: str, before: str = "", after: str = "", dimension: str = "A1:H40") -> str:
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}" xmlns:x14="{X14}" xmlns:xm="{XM}">'
        f'<dimension ref="{dimension}"/><sheetViews><sheetView workbookViewId="0" showGridLines="0"/></sheetViews>'
        f"{before}<sheetData>{rows}</sheetData>{after}</worksheet>"
    )


BOARD_ROWS = (
    '<row r="1" spans="1:8" ht="30" customHeight="1"><c r="A1" s="1" t="s"><v>0</v></c></row>'
    '<row r="3" spans="1:8"><c r="A3" t="s"><v>1</v></c><c r="B3" s="2"><f>B10*2</f><v>11</v></c></row>'
    '<row r="4"><c r="A4" t="s"><v>2</v></c><c r="B4" s="3"/><c r="D4" s="4" t="s"><v>3</v></c></row>\r\n'
    '<row r="5"><c r="D5" s="2"><v>123456.5</v></c></row>'
    '<row r="10"><c r="B10"><v>5</v></c><c r="C10" s="2"><f>B3+1</f><v>12</v></c></row>'
    '<row r="20"><c r="A20"><v>2020</v></c><c r="B20" s="2"><v>7</v></c></row>'
)
COLUMNS = '<cols><col min="3" max="3" width="12" style="5"/></cols>'
BOARD_AFTER = (
    '<mergeCells count="1"><mergeCell ref="D4:F4"/></mergeCells>'
    '<conditionalFormatting sqref="B3"><cfRule type="cellIs" dxfId="0" priority="1" operator="lessThan">'
    "<formula>0</formula></cfRule></conditionalFormatting>"
    '<conditionalFormatting sqref="B20:B60"><cfRule type="dataBar" priority="2"><dataBar><cfvo type="min"/>'
    '<cfvo type="max"/><color rgb="FF638EC6"/></dataBar><extLst><ext uri="{B025F937-C7B1-47D3-B67F-A62EFF666E3E}">'
    "<x14:id>{0A0A0A0A-0000-4000-8000-000000000001}</x14:id></ext></extLst></cfRule></conditionalFormatting>"
    '<dataValidations count="1"><dataValidation type="decimal" sqref="B10"><formula1>0</formula1><formula2>9</formula2>'
    "</dataValidation></dataValidations>"
    '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
    "<headerFooter><oddHeader>&amp;L&amp;G</oddHeader><oddFooter>&amp;P of &amp;N</oddFooter></headerFooter>"
    '<ignoredErrors><ignoredError sqref="B3" formula="1"/></ignoredErrors>'
    '<drawing r:id="rId1"/><legacyDrawingHF r:id="rId2"/>'
    '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><x14:conditionalFormattings>'
    '<x14:conditionalFormatting><x14:cfRule type="dataBar" id="{0A0A0A0A-0000-4000-8000-000000000001}">'
    '<x14:dataBar minLength="0" maxLength="100" gradient="0"><x14:cfvo type="autoMin"/><x14:cfvo type="autoMax"/>'
    "</x14:dataBar></x14:cfRule><xm:sqref>B20:B60</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings>"
    '</ext><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"><x14:sparklineGroups><x14:sparklineGroup type="line">'
    "<x14:colorSeries rgb=\"FF376092\"/><x14:sparklines><x14:sparkline><xm:f>'Board page'!B20:B60</xm:f>"
    "<xm:sqref>H1</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst>"
)
DRAWING = (
    f'{HEAD}<xdr:wsDr xmlns:xdr="{DRAW}/spreadsheetDrawing" xmlns:a="{DRAW}/main" xmlns:r="{OFFICE}">'
    "<xdr:twoCellAnchor><xdr:from><xdr:col>5</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>0</xdr:row><xdr:rowOff>0"
    "</xdr:rowOff></xdr:from><xdr:to><xdr:col>6</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>2</xdr:row><xdr:rowOff>0"
    '</xdr:rowOff></xdr:to><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="Logo" descr="our logo"/><xdr:cNvPicPr/>'
    '</xdr:nvPicPr><xdr:blipFill><a:blip r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill>'
    '<xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/>'
    "</xdr:twoCellAnchor><xdr:twoCellAnchor><xdr:from><xdr:col>5</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>5"
    "</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>8</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>9"
    '</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to><xdr:sp><xdr:nvSpPr><xdr:cNvPr id="3" name="Box"/>'
    '<xdr:cNvSpPr txBox="1"/></xdr:nvSpPr><xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr>'
    "<xdr:txBody><a:bodyPr/><a:p><a:r><a:t>Strictly private</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/>"
    "</xdr:twoCellAnchor><xdr:twoCellAnchor><xdr:from><xdr:col>5</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>12"
    "</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>9</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>28"
    '</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to><xdr:graphicFrame><xdr:nvGraphicFramePr><xdr:cNvPr id="4" '
    'name="Chart"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/>'
    f'</xdr:xfrm><a:graphic><a:graphicData uri="{DRAW}/chart"><c:chart xmlns:c="{DRAW}/chart" r:id="rId2"/>'
    "</a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>"
)
CHART = (
    f'{HEAD}<c:chartSpace xmlns:c="{DRAW}/chart" xmlns:a="{DRAW}/main"><c:chart><c:plotArea><c:layout/><c:barChart>'
    '<c:barDir val="col"/><c:ser><c:idx val="0"/><c:order val="0"/><c:cat><c:numRef><c:f>\'Board page\'!$A$20:$A$40'
    "</c:f></c:numRef></c:cat><c:val><c:numRef><c:f>'Board page'!$B$20:$B$40</c:f></c:numRef></c:val></c:ser>"
    '<c:axId val="1"/><c:axId val="2"/></c:barChart><c:catAx><c:axId val="1"/><c:scaling/><c:delete val="0"/>'
    '<c:axPos val="b"/><c:crossAx val="2"/></c:catAx><c:valAx><c:axId val="2"/><c:scaling/><c:delete val="0"/>'
    '<c:axPos val="l"/><c:crossAx val="1"/></c:valAx></c:plotArea></c:chart></c:chartSpace>'
)
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy"/>'
    "</numFmts>"
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill '
    'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border>'
    '<left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="6"><xf/><xf/><xf numFmtId="4" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/>'
    '<xf numFmtId="49"/><xf numFmtId="10" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle '
    'name="Normal" xfId="0" builtinId="0"/></cellStyles><dxfs count="1"><dxf/></dxfs></styleSheet>'
)
STRINGS = (
    f'{HEAD}<sst xmlns="{MAIN}" count="4" uniqueCount="4"><si><t>Board page</t></si><si><t>NPV</t></si>'
    "<si><r><t>Valu</t></r><r><rPr><b/></rPr><t>ation date</t></r></si><si><t>name of the deal</t></si></sst>"
)
NAMES = {
    "valuate_npv_mean": "'Board page'!$B$3",
    "valuate_valuation_date": "'Board page'!$B$4",
    "valuate_contract_name": "'Board page'!$D$4:$F$4",
    "VALUATE_NPV_P5": "'Board page'!$D$5",
    "valuate_irr_base": "'Board page'!$C$7",
    "valuate_contract_id": "'Board page'!$G$3",
    "valuate_years": "'Board page'!$A$20:$A$60",
    "valuate_yearly_cash_mean": "'Board page'!$B$20:$B$60",
    "valuate_npv_percentiles": "'It''s Zählen ünd 数字'!$B$2:$K$2",
    "valuate_scenarios": "'It''s Zählen ünd 数字'!$B$5:$I$9",
    "our_own": "'Board page'!$B$10",
    "our_rate": "0.07",
}


def names_xml(names: dict[str, str], more: str = "") -> str:
    lines = "".join(f'<definedName name="{name}">{of}</definedName>' for name, of in names.items())
    return f"<definedNames>{lines}{more}</definedNames>"


def workbook_xml(names: str, properties: str = "", calculation: str = '<calcPr calcId="191029"/>') -> str:
    return (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr{properties}/>'
        "<bookViews><workbookView/></bookViews>"
        '<sheets><sheet name="Board page" sheetId="7" r:id="rId9"/><sheet name="It\'s Zählen ünd 数字" sheetId="3" '
        f'r:id="rId2"/></sheets>{names}{calculation}</workbook>'
    )


def parts(names: str | None = None, **changed: str | bytes | None) -> dict[str, str | bytes]:
    """Every part by name; ``changed`` replaces some, by a name with ``__`` for ``/``."""
    types = {
        "xl/workbook.xml": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        "xl/worksheets/sheet1.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
        "xl/worksheets/sheet2.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
        "xl/styles.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml",
        "xl/sharedStrings.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml",
        "xl/calcChain.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml",
        "xl/drawings/drawing1.xml": "application/vnd.openxmlformats-officedocument.drawing+xml",
        "xl/charts/chart1.xml": "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
        "docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    }
    overrides = "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in types.items())
    rows = "".join(f'<row r="{r}"><c r="A{r}"><v>{r}</v></c></row>' for r in (2, 5, 6))
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
        '"application/xml"/><Default Extension="png" ContentType="image/png"/><Default Extension="bin" ContentType='
        '"application/vnd.ms-office.vbaProject"/><Default Extension="vml" ContentType="application/vnd.openxmlformats-'
        f'officedocument.vmlDrawing"/>{overrides}</Types>',
        "_rels/.rels": relations(
            ("rId1", "officeDocument", "xl/workbook.xml"), ("rId2", "extended-properties", "docProps/app.xml")
        ),
        "docProps/app.xml": f'{HEAD}<Properties xmlns="{OFFICE[:-14]}/extended-properties"><Application>Microsoft Excel'
        "</Application><AppVersion>16.0300</AppVersion></Properties>",
        "xl/workbook.xml": workbook_xml(names_xml(NAMES) if names is None else names),
        "xl/_rels/workbook.xml.rels": relations(
            ("rId2", "worksheet", "/xl/worksheets/sheet1.xml"),
            ("rId9", "worksheet", "worksheets/sheet2.xml"),
            ("rId3", "styles", "styles.xml"),
            ("rId4", "sharedStrings", "sharedStrings.xml"),
            ("rId5", "calcChain", "calcChain.xml"),
        ).replace(
            "</Relationships>",
            '<Relationship Id="rId6" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
            'Target="vbaProject.bin"/></Relationships>',
        ),
        "xl/worksheets/sheet2.xml": sheet_xml(BOARD_ROWS, COLUMNS, BOARD_AFTER),
        "xl/worksheets/sheet1.xml": sheet_xml(rows, dimension="A2:A6"),
        "xl/worksheets/_rels/sheet2.xml.rels": relations(
            ("rId1", "drawing", "../drawings/drawing1.xml"), ("rId2", "vmlDrawing", "../drawings/vmlDrawing1.vml")
        ),
        "xl/drawings/drawing1.xml": DRAWING,
        "xl/drawings/_rels/drawing1.xml.rels": relations(
            ("rId1", "image", "../media/image1.png"), ("rId2", "chart", "../charts/chart1.xml")
        ),
        "xl/drawings/vmlDrawing1.vml": '<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape id="LH"/></xml>',
        "xl/charts/chart1.xml": CHART,
        "xl/media/image1.png": picture(),
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": STRINGS,
        "xl/vbaProject.bin": bytes(range(256)) * 40,
        "xl/calcChain.xml": f'{HEAD}<calcChain xmlns="{MAIN}"><c r="B3" i="7" l="1"/><c r="C10"/></calcChain>',
    }  # fmt: skip
    for name, content in changed.items():
        key = next(one for one in made if one.replace("/", "__").replace(".", "_") == name)
        if content is None:
            del made[key]
        else:
            made[key] = content
    return made


def zipped(made: dict[str, str | bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for k, (name, content) in enumerate(made.items()):
            entry = zipfile.ZipInfo(name, (2024, 3, 1 + k, 12, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def contents(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(workbook)) as archive:
        assert archive.testzip() is None
        return {item.filename: archive.read(item) for item in archive.infolist()}

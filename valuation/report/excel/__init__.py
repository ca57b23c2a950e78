"""The workbook: the only place that speaks openpyxl. One file a sheet."""

from valuation.report.excel.owner import run_of, written_by_us
from valuation.report.excel.read_cells import NotReadable
from valuation.report.excel.record import edited_inputs, read_record
from valuation.report.excel.write import put_whole, temporary_path, workbook_bytes, write_workbook

__all__ = [
    "NotReadable",
    "put_whole",
    "edited_inputs",
    "read_record",
    "temporary_path",
    "workbook_bytes",
    "write_workbook",
    "run_of",
    "written_by_us",
]

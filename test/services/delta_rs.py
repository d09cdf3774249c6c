"""Answers questions about Delta tables with delta-rs: a JSON object a line in, a JSON object a line out."""

import base64
import datetime
import decimal
import json
import sys
import time

import deltalake
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable, QueryBuilder, write_deltalake

sys.set_int_max_str_digits(0)


def text_of(value, kind):
    """A value as JSON that loses nothing: the form of Millrace's own values, with integers as text."""
    if value is None:
        return None
    if pa.types.is_boolean(kind):
        return value
    if pa.types.is_integer(kind):
        return str(value)
    if pa.types.is_floating(kind):
        if value - value != 0:
            return str(value)
        # the shortest digits that are this number in its own precision: of a float as of a double
        return float(pa.scalar(value, kind).cast(pa.string()).as_py())
    if pa.types.is_decimal(kind):
        return format(value, "f")
    if pa.types.is_timestamp(kind):
        raise TypeError("a time in a nested type: make it microseconds first")
    if pa.types.is_date(kind):
        return value.isoformat()
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        return base64.b64encode(value).decode()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_list_view(kind):
        return [text_of(item, kind.value_type) for item in value]
    if pa.types.is_map(kind):
        return [[text_of(key, kind.key_type), text_of(item, kind.item_type)] for key, item in value]
    if pa.types.is_struct(kind):
        return {field.name: text_of(value[field.name], field.type) for field in kind}
    return value


def plain(table):
    """Timestamps as microseconds in text: Python's own would be good enough, but prints zones in its own ways."""

    def change(kind):
        if pa.types.is_timestamp(kind):
            return pa.int64()
        return kind

    columns = []
    for field, column in zip(table.schema, table.columns):
        if pa.types.is_timestamp(field.type):
            column = column.cast(pa.timestamp("us", field.type.tz)).cast(pa.int64())
        columns.append(column)
    return pa.table(columns, schema=pa.schema([pa.field(f.name, change(f.type)) for f in table.schema]))


def rows_of(table):
    """The rows of a table as lists; a timestamp as its microseconds since 1970, in text."""
    flat = plain(table)
    columns = [
        [text_of(value, field.type) for value in column.to_pylist()] for field, column in zip(flat.schema, flat.columns)
    ]
    return [list(row) for row in zip(*columns)] if columns else []


def typed(value, kind):
    """A value for pyarrow from its JSON."""
    if value is None:
        return None
    if pa.types.is_timestamp(kind):
        return datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    if pa.types.is_date(kind):
        return datetime.date.fromisoformat(value)
    if pa.types.is_decimal(kind):
        return decimal.Decimal(value)
    if pa.types.is_integer(kind):
        return int(value)
    if pa.types.is_binary(kind):
        return base64.b64decode(value)
    return value


def schema_of(table):
    return pa.schema(table.schema().to_arrow())


def table_of(schema, rows):
    columns = [pa.array([typed(row[at], field.type) for row in rows], field.type) for at, field in enumerate(schema)]
    return pa.table(columns, schema=schema)


def expression(schema, condition):
    column, op, *rest = condition
    field = pc.field(column)
    if op == "is null":
        return field.is_null()
    if op == "is not null":
        return ~field.is_null()
    kind = schema.field(column).type
    scalar = pa.scalar(typed(rest[0], kind), kind)
    return {
        "=": field == scalar,
        "<": field < scalar,
        "<=": field <= scalar,
        ">": field > scalar,
        ">=": field >= scalar,
    }[op]


def open_table(path, version=None, **_):
    return DeltaTable(path, version=version)


def read(**at):
    table = open_table(**at)
    arrow = table.to_pyarrow_table()
    return {"version": table.version(), "columns": arrow.schema.names, "rows": rows_of(arrow)}


def query(path, sql, **at):
    builder = QueryBuilder().register("t", open_table(path, **at))
    return {"rows": rows_of(pa.table(builder.execute(sql)))}


def filtered(path, conditions, **at):
    """For each condition: the rows by a scan that skips files by their statistics, those of all rows held against it
    afterwards, and how many files the scan opened."""
    dataset = open_table(path, **at).to_pyarrow_dataset()
    whole = dataset.to_table()
    answers = []
    for condition in conditions:
        found = expression(dataset.schema, condition)
        files = len(list(dataset.get_fragments(filter=found)))
        pushed = rows_of(dataset.to_table(filter=found))
        answers.append({"rows": pushed, "all": rows_of(whole.filter(found)), "files": files})
    return {"answers": answers}


def describe(**at):
    table = open_table(**at)
    protocol = table.protocol()
    return {
        "version": table.version(),
        "id": str(table.metadata().id),
        "partitions": table.metadata().partition_columns,
        "configuration": table.metadata().configuration,
        "protocol": [protocol.min_reader_version, protocol.min_writer_version],
        "schema": json.loads(table.schema().to_json()),
        "files": table.files() if hasattr(table, "files") else table.file_uris(),
        "history": [entry.get("operation") for entry in table.history()],
    }


def txn(path, app, **at):
    return {"version": open_table(path, **at).transaction_version(app)}


def write(path, rows, mode, schema=None, **more):
    if schema is None:
        arrow = schema_of(DeltaTable(path))
    else:
        arrow = pa.schema([pa.field(name, pa.type_for_alias(kind)) for name, kind in schema])
    write_deltalake(path, table_of(arrow, rows), mode=mode, **more)
    return {"version": DeltaTable(path).version()}


def delete(path, predicate):
    done = DeltaTable(path).delete(predicate)
    return {"deleted": done["num_deleted_rows"]}


def merge(path, rows, predicate):
    table = DeltaTable(path)
    source = table_of(schema_of(table), rows)
    merger = table.merge(source, predicate=predicate, source_alias="s", target_alias="t")
    merger.when_matched_update_all().when_not_matched_insert_all().execute()
    return {"version": DeltaTable(path).version()}


def restore(path, version):
    table = DeltaTable(path)
    table.restore(version)
    return {"version": DeltaTable(path).version()}


def optimize(path):
    done = DeltaTable(path).optimize.compact()
    return {"added": done["numFilesAdded"], "removed": done["numFilesRemoved"]}


def checkpoint(path):
    DeltaTable(path).create_checkpoint()
    return {}


def vacuum(path, hours):
    files = DeltaTable(path).vacuum(retention_hours=hours, enforce_retention_duration=False, dry_run=False)
    return {"files": files}


def small_commits(path, count, first):
    """Appends one row a commit; the milliseconds of each."""
    times = []
    for at in range(first, first + count):
        began = time.perf_counter()
        write_deltalake(path, pa.table({"id": pa.array([at], pa.int64()), "v": [f"value {at}"]}), mode="append")
        times.append((time.perf_counter() - began) * 1000)
    return {"times": times}


def version():
    return {"deltalake": deltalake.__version__, "pyarrow": pa.__version__}


COMMANDS = {
    command.__name__: command
    for command in (
        read,
        query,
        filtered,
        describe,
        txn,
        write,
        delete,
        merge,
        restore,
        optimize,
        checkpoint,
        vacuum,
        small_commits,
        version,
    )
}

for line in sys.stdin:
    try:
        asked = json.loads(line)
        answer = {"result": COMMANDS[asked["command"]](**asked["arguments"])}
    except Exception as error:  # whatever it is, the other side is told
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)

"""Named cases for Django's ORM with PyMySQL.

usage: cases.py HOST PORT USER PASSWORD DATABASE
"""

import datetime
import sys
from decimal import Decimal

import pymysql

pymysql.install_as_MySQLdb()

# pylint: disable=wrong-import-position; Django looks for the driver when it is set up
import django  # noqa: E402
from django.conf import settings  # noqa: E402

_HOST, _PORT, _USER, _PASSWORD, _DATABASE = sys.argv[1:]
settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.mysql", "HOST": _HOST, "PORT": _PORT, "USER": _USER,
                           "PASSWORD": _PASSWORD, "NAME": _DATABASE, "CONN_MAX_AGE": None,
                           "OPTIONS": {"charset": "utf8mb4"}}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"],
    SECRET_KEY="of the tests alone", USE_TZ=True, TIME_ZONE="UTC", DEFAULT_AUTO_FIELD="django.db.models.BigAutoField")
django.setup()

from django.contrib.auth.models import Group, User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import IntegrityError, connection, models, transaction  # noqa: E402
from django.db.models import Avg, Count, F, Q  # noqa: E402

from named_cases import equal, refused, run_all  # noqa: E402


class Author(models.Model):
    name = models.CharField(max_length=50, unique=True)

    class Meta:
        app_label = "library"


class Book(models.Model):
    title = models.CharField(max_length=100, db_index=True)
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    added = models.DateTimeField()
    notes = models.TextField(blank=True)
    extra = models.JSONField(null=True)
    lent = models.BooleanField(default=False)

    class Meta:
        app_label = "library"


_NOON = datetime.datetime(2024, 2, 29, 12, 0, 0, 123456, tzinfo=datetime.timezone.utc)


def _fill():
    Book.objects.all().delete()
    Author.objects.all().delete()
    author = Author.objects.create(name="Ä. Writer 😀")
    Book.objects.bulk_create([Book(title=f"Book {n}", author=author, price=Decimal(n) / 4, added=_NOON) for n in range(1, 41)])
    return author


def connects():
    connection.ensure_connection()
    equal(True, connection.mysql_version >= (8, 0))
    equal(True, connection.is_usable())


def migrates():
    call_command("migrate", verbosity=0, interactive=False)
    equal(True, {"auth_user", "django_session"} <= set(connection.introspection.table_names()))


def makes_tables():
    with connection.schema_editor() as editor:
        editor.create_model(Author)
        editor.create_model(Book)
    equal(True, "library_book" in connection.introspection.table_names())


def creates_and_reads():
    author = _fill()
    book = Book.objects.get(title="Book 7")
    equal((author.pk, Decimal("1.75"), _NOON, "Ä. Writer 😀"), (book.author_id, book.price, book.added, book.author.name))


def updates_and_deletes():
    _fill()
    equal(40, Book.objects.update(price=F("price") + 1))
    equal(Decimal("2.00"), Book.objects.get(title="Book 4").price)
    equal(5, Book.objects.filter(price__gte=10).delete()[0])


def filters_and_aggregates():
    _fill()
    equal(4, Book.objects.filter(Q(title__startswith="Book 1"), ~Q(title__endswith="0"), price__lt=Decimal("3.50")).count())
    equal([40], [row["books"] for row in Book.objects.values("author__name").annotate(books=Count("id"))])
    equal(Decimal("5.125"), Decimal(Book.objects.aggregate(mean=Avg("price"))["mean"]).normalize())
    equal(["Book 40", "Book 39"], [book.title for book in Book.objects.order_by("-price").select_related("author")[:2]])


def atomic_block_rolls_back():
    author = _fill()
    try:
        with transaction.atomic():
            Book.objects.create(title="never", author=author, price=1, added=_NOON)
            raise KeyError
    except KeyError:
        pass
    equal(False, Book.objects.filter(title="never").exists())


def inner_atomic_block_rolls_back():
    author = _fill()
    with transaction.atomic():
        Book.objects.create(title="stays", author=author, price=1, added=_NOON)
        try:
            with transaction.atomic():
                Book.objects.create(title="goes", author=author, price=1, added=_NOON)
                raise KeyError
        except KeyError:
            pass
    equal([True, False], [Book.objects.filter(title=title).exists() for title in ("stays", "goes")])


def get_or_create():
    _fill()
    equal([True, False], [Author.objects.get_or_create(name="new")[1] for _ in range(2)])


def integrity_error():
    _fill()
    Author.objects.create(name="twice")
    refused(IntegrityError, Author.objects.create, name="twice")
    equal(1, Author.objects.filter(name="twice").count())


def select_for_update():
    _fill()
    with transaction.atomic():
        equal("Book 1", Book.objects.select_for_update().get(title="Book 1").title)


def json_field():
    author = _fill()
    Book.objects.create(title="json", author=author, price=1, added=_NOON, extra={"tags": ["a", "ä"], "n": 5})
    equal({"tags": ["a", "ä"], "n": 5}, Book.objects.get(title="json").extra)
    equal("json", Book.objects.get(extra__n=5).title)


def dates():
    _fill()
    equal(40, Book.objects.filter(added__year=2024, added__date=_NOON.date()).count())
    equal([datetime.date(2024, 2, 1)], [*Book.objects.dates("added", "month")])


def users_and_groups():
    User.objects.all().delete()
    Group.objects.all().delete()
    user = User.objects.create_user("somebody", password="secret")
    user.groups.add(Group.objects.create(name="readers"))
    equal((True, ["readers"]), (user.check_password("secret"), [*user.groups.values_list("name", flat=True)]))


def sessions():
    store = SessionStore()
    store["key"] = "value"
    store.save()
    equal("value", SessionStore(session_key=store.session_key)["key"])


def raw_cursor():
    with connection.cursor() as cursor:
        cursor.execute("select %s, %s", [1, "it's"])
        equal((1, "it's"), cursor.fetchone())


def iterates_in_chunks():
    _fill()
    equal(40, sum(1 for _ in Book.objects.iterator(chunk_size=7)))


def introspects():
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, "library_book")]
        equal(True, {"id", "title", "author_id"} <= set(columns))
        keys = connection.introspection.get_constraints(cursor, "library_book").values()
        equal([["id"]], [key["columns"] for key in keys if key["primary_key"]])


def alters_a_table():
    field = models.IntegerField(default=3)
    field.set_attributes_from_name("pages")
    with connection.schema_editor() as editor:
        editor.add_field(Book, field)
        editor.remove_field(Book, field)


def reconnects():
    connection.close()
    equal(True, Author.objects.count() >= 0)


if __name__ == "__main__":
    run_all([case for name, case in list(globals().items())
             if callable(case) and getattr(case, "__module__", "") == "__main__" and not name.startswith("_")
             and not isinstance(case, type)])

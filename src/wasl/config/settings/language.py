"""Arabic first; English is the translation. Western digits in both, as ids and spreadsheets mix them."""

LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", "العربية"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Africa/Cairo"
FORMAT_MODULE_PATH = ["wasl.config.formats"]
USE_THOUSAND_SEPARATOR = True

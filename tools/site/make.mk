## make site                       the course as pages in English and Portuguese, and as PDF
## make site-serve                 the same, made again on every save (PORT=8000)

site:
	@bash tools/site/build

# make site-serve [PORT=8000]
site-serve:
	@PORT=$(PORT) bash tools/site/build serve

.PHONY: site site-serve

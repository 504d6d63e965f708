# mesad. One Makefile: `make`, `make check`, `make demo`; see README for the rest.
#   BUILD=dir   where everything goes (default: build; variants add -san, -cov, -fuzz)
#   SAN=1       with AddressSanitizer and UndefinedBehaviourSanitizer
#   PREFIX=dir DESTDIR=dir for install;   V=1 shows the commands;   SUITE=name filters `check`

VERSION := 1.0.0
BUILD ?= build
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR ?=
CORPUS ?= ../shared/corpus
SUITE ?=
V ?=
Q := $(if $(V),,@)

B := $(BUILD)$(if $(SAN),-san)$(if $(COV),-cov)$(if $(FUZZ),-fuzz)
say = $(if $(V),,@printf '  %-5s %s\n' '$(1)' '$(patsubst $(B)/%,%,$(2))';)

# --- compiler -------------------------------------------------------------------------------
WARN := -Wall -Wextra -Wshadow -Wconversion -Wswitch-enum -Wmissing-prototypes \
	-Wstrict-prototypes -Wformat=2 -Wvla -Werror -Wno-format-truncation
HARDEN := -fPIE -fstack-protector-strong -fstack-clash-protection -fcf-protection
CFLAGS ?= -O2 -g
LDHARDEN := -pie -Wl,-z,relro,-z,now -Wl,--as-needed

ifdef FUZZ
CC := clang
WARN += -Wno-unknown-warning-option -Wno-error
# nothing inlined: an edge of the source is counted once, not once a copy
MODE := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -O1 -fno-inline
else ifdef SAN
MODE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -O1
else ifdef COV
MODE := --coverage -O0
else
MODE := -D_FORTIFY_SOURCE=2
endif

ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -Isrc $(CFLAGS) $(MODE) $(HARDEN) $(WARN) -MMD -MP

system_flags = $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(1) 2>/dev/null))
GMIME_CFLAGS := $(call system_flags,gmime-3.0)
XML_CFLAGS := $(call system_flags,libxml-2.0)

# --- rooms ----------------------------------------------------------------------------------
FLOORS := engine store mail conf face io work core base
sources = $(wildcard src/$(1)/*.c)
# version.c is linked by itself: it changes with every source, and libbase.a should not.
SRC := $(filter-out src/base/version.c,$(foreach f,$(FLOORS),$(call sources,$(f))))
MIGRATIONS := $(sort $(wildcard sql/[0-9]*.sql))
SQL_O := $(if $(wildcard src/store/sql.h),$(B)/obj/store/sql_files.o)
TEMPLATES := $(sort $(wildcard config/templates/es/*.txt config/templates/es/*.html))
TEMPLATE_O := $(B)/obj/mail/template_files.o
objects = $(patsubst src/%.c,$(B)/obj/%.o,$(filter src/$(1)/%,$(SRC))) \
	$(if $(filter store,$(1)),$(SQL_O)) $(if $(filter mail,$(1)),$(TEMPLATE_O))
archive = $(if $(strip $(call objects,$(1))),$(B)/lib$(1).a)
LIBS := $(foreach f,$(FLOORS),$(call archive,$(f)))
VERSION_O := $(B)/obj/version.o

# --- programs: which rooms and which foreign libraries each may link --------------------------
# libetpan's pkg-config file breaks PIE; everything is named by hand. --as-needed drops the unused.
BASE_LIBS := -lnettle -lutf8proc -lpcre2-8
DESK_LIBS := -lsqlite3 -lyaml $(BASE_LIBS)
PARSE_LIBS := -lxml2 -lseccomp $(BASE_LIBS)
# Only what mesad is measured against.
GMIME_LIBS := -lgmime-3.0 -lgobject-2.0 -lglib-2.0
DESK_ROOMS := engine store mail conf face work io core base

PROGRAMS_KNOWN := mesad mesactl mesad-imap mesad-parse mesad-smtp mesad-web
ROOMS_mesad := $(DESK_ROOMS)
LIBS_mesad := $(DESK_LIBS)
ROOMS_mesactl := $(DESK_ROOMS)
LIBS_mesactl := $(DESK_LIBS) -letpan -lgnutls
ROOMS_mesad-imap := io work base
LIBS_mesad-imap := -letpan -lcurl-gnutls -lgnutls -lseccomp $(BASE_LIBS)
ROOMS_mesad-smtp := io work base
LIBS_mesad-smtp := -lcurl-gnutls -lgnutls -lseccomp $(BASE_LIBS)
ROOMS_mesad-parse := mail work core io base
LIBS_mesad-parse := $(PARSE_LIBS)
ROOMS_mesad-web := face work io base
LIBS_mesad-web := -lmicrohttpd -lseccomp $(BASE_LIBS)
ALL_LIBS := $(DESK_LIBS) $(PARSE_LIBS) -letpan -lgnutls -lcurl-gnutls -lmicrohttpd -lm

SHARED_mesad := $(wildcard src/programs/shared/*.c)
SHARED_mesactl := $(SHARED_mesad)
program_own = $(wildcard src/programs/$(1).c src/programs/$(1)/*.c)
program_src = $(call program_own,$(1)) $(if $(call program_own,$(1)),$(SHARED_$(1)))
program_obj = $(patsubst src/%.c,$(B)/obj/%.o,$(call program_src,$(1)))
PROGRAMS := $(foreach p,$(PROGRAMS_KNOWN),$(if $(call program_src,$(p)),$(p)))
ALL_SRC := $(SRC) src/base/version.c $(foreach p,$(PROGRAMS),$(call program_src,$(p)))

# --- tests ----------------------------------------------------------------------------------
UNIT := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))
UNIT_HELP := $(patsubst tests/unit/%.c,$(B)/obj/unit/%.o, \
	$(filter-out tests/unit/test_%,$(wildcard tests/unit/*.c)))
# A test links the rooms that it and the helpers beside it include, and those below them, so that
# a room half written stops nobody else. Words: tests/unit/test_x.c:mail, tests/unit/test_x.c:+help
TEST_INCLUDES := $(shell grep -oEH '^\#include "[a-z0-9_]+[/.]' tests/unit/*.[ch] tests/sim/*.[ch] \
	tests/bench/*.[ch] 2>/dev/null | sed -E 's/:\#include "/:/; s,/$$,,; s,:([a-z0-9_]+)\.$$,:+\1,' | sort -u)
BELOW_base := base
BELOW_core := core base
BELOW_io := io base
BELOW_work := work base
BELOW_store := store core base
BELOW_mail := mail core base
BELOW_conf := conf core base
BELOW_face := face core base
BELOW_engine := engine store mail conf face core base
named = $(patsubst $(1):%,%,$(filter $(1):%,$(TEST_INCLUDES)))
test_help = $(if $(filter sim,$(1)),$(SIM_HELP),$(foreach h,$(filter +%,$(call \
	named,$(2))),$(filter %/$(h:+%=%).o,$(UNIT_HELP))))
help_rooms = $(foreach h,$(filter +%,$(call named,$(1))),$(filter-out +%,$(foreach e,c h,$(call \
	named,$(dir $(1))$(h:+%=%).$(e)))))
test_rooms = $(sort base $(foreach r,$(filter-out +%,$(call named,$(1))) $(help_rooms),$(BELOW_$(r))))
test_archives = $(foreach r,$(call test_rooms,$(1)),$(call archive,$(r)))
SIM := $(patsubst tests/sim/%.c,$(B)/sim/%,$(wildcard tests/sim/test_*.c))
SIM_HELP := $(patsubst tests/sim/%.c,$(B)/obj/sim/%.o, \
	$(filter-out tests/sim/test_%,$(wildcard tests/sim/*.c)))
BENCHES := $(patsubst tests/bench/%.c,$(B)/bench/%,$(wildcard tests/bench/*.c))
FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
REPLAYS := $(FUZZERS:%=$(B)/fuzz/replay_%)
TEST_ENV = MESAD_BUILD=$(abspath $(BUILD)) MESAD_SAN_BUILD=$(abspath $(BUILD))-san
GET_MTA = if [ -e tests/e2e/get-mta.sh ]; then sh tests/e2e/get-mta.sh $(abspath $(BUILD)); fi

.PHONY: all programs units replays fuzzers benches test-programs deps demo check lint corpus soak bench cov \
	fuzz docs install uninstall clean need-build need-demo need-test FORCE
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:

all: need-build
	$(Q)$(SUB) programs

# Through a second make: what the packages bring is looked for when it starts.
need-build:
	@sh .ci/deps.sh build
need-demo:
	@sh .ci/deps.sh build demo
need-test:
	@sh .ci/deps.sh build demo test
deps: need-test

programs: $(PROGRAMS:%=$(B)/%)
units: $(UNIT) $(SIM)
replays: $(REPLAYS)
benches: $(BENCHES)
test-programs: programs units replays benches

# --- compiling ------------------------------------------------------------------------------
$(B)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALL_CFLAGS) $(EXTRA) -c -o $@ $<

$(B)/obj/unit/%.o: tests/unit/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALL_CFLAGS) $(EXTRA) -c -o $@ $<

$(B)/obj/sim/%.o: tests/sim/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALL_CFLAGS) $(EXTRA) -c -o $@ $<

$(B)/obj/bench/%.o: tests/bench/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALL_CFLAGS) $(EXTRA) -c -o $@ $<

$(B)/obj/fuzz/%.o: tests/fuzz/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALL_CFLAGS) $(EXTRA) -c -o $@ $<

$(B)/obj/mail/%.o $(B)/obj/programs/mesad-parse/%.o $(B)/obj/programs/mesad-parse.o: \
	EXTRA := $(XML_CFLAGS)
$(B)/obj/unit/%.o: EXTRA := -Itests/unit -Wno-unused-parameter $(XML_CFLAGS)
$(B)/obj/sim/%.o: EXTRA := -Itests/sim -Wno-unused-parameter
$(B)/obj/bench/%.o: EXTRA := $(GMIME_CFLAGS) $(XML_CFLAGS)
$(B)/obj/fuzz/%.o: EXTRA := -Itests/fuzz -Wno-missing-prototypes $(XML_CFLAGS)

define archive_rule
$(B)/lib$(1).a: $(call objects,$(1))
	$$(call say,AR,$$@)rm -f $$@ && $(AR) rcsD $$@ $$^
endef
$(foreach f,$(FLOORS),$(if $(strip $(call objects,$(f))),$(eval $(call archive_rule,$(f)))))

# --- generated: the build's name and the migrations -------------------------------------------
keep_if_same = if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(B)/gen/build: $(ALL_SRC) $(wildcard src/*/*.h src/programs/*/*.h) $(MIGRATIONS) Makefile
	@mkdir -p $(@D)
	@cat $(sort $^) | sha256sum | cut -c1-16 >$@.new; $(keep_if_same)

$(B)/gen/places: FORCE
	@mkdir -p $(@D)
	@echo '-DMESAD_PREFIX="$(PREFIX)" -DMESAD_SYSCONF="$(SYSCONFDIR)/mesad"' >$@.new; $(keep_if_same)

$(VERSION_O): src/base/version.c $(B)/gen/build $(B)/gen/places
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALL_CFLAGS) -DMESAD_VERSION='"$(VERSION)"' \
		-DMESAD_BUILD="\"$$(cat $(B)/gen/build)\"" -DMESAD_PREFIX='"$(PREFIX)"' \
		-DMESAD_SYSCONF='"$(SYSCONFDIR)/mesad"' -c -o $@ $<

$(B)/gen/sql.c: $(MIGRATIONS) sql/embed.sh
	@mkdir -p $(@D)
	@sh sql/embed.sh $(MIGRATIONS) >$@.new; $(keep_if_same); touch $@

$(B)/obj/store/sql_files.o: $(B)/gen/sql.c src/store/sql.h
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALL_CFLAGS) -Wno-overlength-strings -c -o $@ $<

$(B)/gen/templates.c: $(TEMPLATES) config/templates/embed.sh
	@mkdir -p $(@D)
	@sh config/templates/embed.sh $(TEMPLATES) >$@.new; $(keep_if_same); touch $@

$(TEMPLATE_O): $(B)/gen/templates.c src/mail/template_files.h
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALL_CFLAGS) -Wno-overlength-strings -c -o $@ $<

# --- linking --------------------------------------------------------------------------------
link = $(CC) $(CFLAGS) $(MODE) $(LDHARDEN) -o $@ $(1) -Wl,--start-group $(2) -Wl,--end-group $(3)

define program_rule
$(B)/$(1): $(call program_obj,$(1)) $(VERSION_O) $(foreach r,$(ROOMS_$(1)),$(call archive,$(r)))
	$$(call say,LD,$$@)$$(call link,$(call program_obj,$(1)) $(VERSION_O), \
		$(foreach r,$(ROOMS_$(1)),$(call archive,$(r))),$(LIBS_$(1)))
endef
$(foreach p,$(PROGRAMS),$(eval $(call program_rule,$(p))))

define test_rule
$(B)/$(1)/$(2): $(B)/obj/$(1)/$(2).o $(3) $(4) $(if $(filter bench,$(1)),$(VERSION_O),| $(VERSION_O))
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)$$(call link,$(B)/obj/$(1)/$(2).o $(3) $(VERSION_O),$(4), \
		$(ALL_LIBS) -lcmocka $(if $(filter bench,$(1)),$(GMIME_LIBS)))
endef
test_rules = $(foreach t,$(notdir $(2)),$(eval $(call test_rule,$(1),$(t),$(call \
	test_help,$(1),tests/$(1)/$(t).c),$(call test_archives,tests/$(1)/$(t).c))))
$(call test_rules,unit,$(UNIT))
$(call test_rules,sim,$(SIM))
$(call test_rules,bench,$(BENCHES))

$(B)/fuzz/replay_%: $(B)/obj/fuzz/fuzz_%.o $(B)/obj/fuzz/replay.o $(LIBS) | $(VERSION_O)
	@mkdir -p $(@D)
	$(call say,LD,$@)$(call link,$< $(B)/obj/fuzz/replay.o $(VERSION_O),$(LIBS),$(ALL_LIBS))

$(B)/fuzz/fuzz_%: $(B)/obj/fuzz/fuzz_%.o $(LIBS) | $(VERSION_O)
	@mkdir -p $(@D)
	$(call say,LD,$@)$(call link,-fsanitize=fuzzer $< $(VERSION_O),$(LIBS),$(ALL_LIBS))

fuzzers: $(FUZZERS:%=$(B)/fuzz/fuzz_%)

# --- lint: one file a target; tests/lint.sh calls these ------------------------------------------
LINT_SRC := $(ALL_SRC)
LINT_FLAGS = -std=c11 -D_GNU_SOURCE -Isrc $(XML_CFLAGS) -DMESAD_VERSION='""' \
	-DMESAD_BUILD='""' -DMESAD_PREFIX='""' -DMESAD_SYSCONF='""'
ANALYZED := $(filter src/base/% src/core/% src/work/%,$(LINT_SRC))
.PHONY: lint-tidy lint-cppcheck lint-analyzer
lint-tidy: $(LINT_SRC:src/%.c=$(B)/lint/%.tidy)
lint-cppcheck: $(LINT_SRC:src/%.c=$(B)/lint/%.cppcheck)
lint-analyzer: $(ANALYZED:src/%.c=$(B)/lint/%.analyzer)

# The object stands for the headers: it is newer when one of them changed.
$(B)/obj/base/version.o: $(VERSION_O)
	@touch $@
$(B)/lint/%.tidy: src/%.c $(B)/obj/%.o .clang-tidy
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- $(LINT_FLAGS) 2>/dev/null && touch $@
$(B)/lint/%.cppcheck: src/%.c $(B)/obj/%.o tests/lint/cppcheck.txt
	@mkdir -p $(@D)
	@cppcheck -q --std=c11 --enable=warning,portability,performance --inline-suppr \
		--suppressions-list=tests/lint/cppcheck.txt --error-exitcode=1 -D_GNU_SOURCE \
		-Isrc $< && touch $@
$(B)/lint/%.analyzer: src/%.c $(B)/obj/%.o
	@mkdir -p $(@D)
	@$(CC) $(LINT_FLAGS) -O1 -fanalyzer -Werror -c -o /dev/null $< && touch $@

# --- what people call -----------------------------------------------------------------------
PAR = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))
SUB = $(MAKE) --no-print-directory $(PAR)
FUZZ_SECONDS ?= 60

define build_tests
	$(Q)$(SUB) test-programs
	$(Q)$(SUB) SAN=1 test-programs
	@$(GET_MTA)
endef

check: need-test
	$(build_tests)
	$(Q)$(TEST_ENV) python3 tests/run.py $(if $(SUITE),--suite '$(SUITE)')

# The same tests at a larger count: they read MESAD_SOAK.
soak: need-test
	$(build_tests)
	$(Q)MESAD_SOAK=1 $(TEST_ENV) python3 tests/run.py $(if $(SUITE),--suite '$(SUITE)')

lint: need-test
	$(Q)$(SUB) programs
	$(Q)$(TEST_ENV) sh tests/lint.sh

demo: need-demo
	$(Q)$(SUB) programs
	@$(GET_MTA)
	$(Q)$(TEST_ENV) python3 tests/e2e/demo.py

bench: need-test
	$(Q)$(SUB) programs benches
	@$(GET_MTA)
	$(Q)$(TEST_ENV) python3 tests/bench/run.py

corpus: all
	$(Q)python3 $(CORPUS)/score.py $(CORPUS) --parser '$(BUILD)/mesactl parse --json' \
		--floor tests/corpus-floor.json

cov: need-test
	$(Q)$(SUB) COV=1 units
	$(Q)python3 tests/cov.py $(BUILD)-cov

fuzz: need-test
	$(Q)$(SUB) FUZZ=1 fuzzers
	$(Q)for t in $(FUZZERS); do mkdir -p $(BUILD)-fuzz/found/$$t tests/fuzz/corpus/$$t; \
		$(BUILD)-fuzz/fuzz/fuzz_$$t -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 \
			-print_final_stats=1 -artifact_prefix=$(BUILD)-fuzz/$$t- \
			$(BUILD)-fuzz/found/$$t tests/fuzz/corpus/$$t || exit 1; done

MAN_PAGES := $(wildcard docs/*.[158])
docs: need-test
	$(Q)mkdir -p $(BUILD)/docs
	$(Q)for m in $(MAN_PAGES); do mandoc -T lint -W warning $$m && \
		mandoc -T html -O style=mandoc.css $$m >$(BUILD)/docs/$$(basename $$m).html || exit 1; done

# --- installing -----------------------------------------------------------------------------
# /etc/mesad is filled once and is the administrator's from then on.
SBIN := mesad
BIN := mesactl
LIBEXEC := $(filter-out $(SBIN) $(BIN),$(PROGRAMS))
D = $(DESTDIR)$(PREFIX)
ETC = $(DESTDIR)$(SYSCONFDIR)/mesad
UNITS := $(wildcard systemd/*.service systemd/*.socket systemd/*.timer)
SYSUSERS := $(wildcard systemd/*.sysusers systemd/sysusers.d/*.conf)
TMPFILES := $(wildcard systemd/*.tmpfiles systemd/tmpfiles.d/*.conf)
COMPLETION := $(wildcard docs/mesactl.bash-completion)
DEMO := $(addprefix tests/e2e/,demo.py lab.py labels.py get-mta.sh) .ci/deps.sh
GUIDES := $(wildcard README.md docs/*.md)

install: all
	install -d $(D)/sbin $(D)/bin $(D)/libexec/mesad $(D)/share/mesad
	install -m 755 $(SBIN:%=$(B)/%) $(D)/sbin
	install -m 755 $(BIN:%=$(B)/%) $(D)/bin
	$(if $(LIBEXEC),install -m 755 $(LIBEXEC:%=$(B)/%) $(D)/libexec/mesad)
	rm -rf $(D)/share/mesad/config && cp -R config $(D)/share/mesad/config
	install -d $(D)/share/mesad/demo
	install -m 644 $(DEMO) $(D)/share/mesad/demo
	for u in $(UNITS); do install -d $(D)/lib/systemd/system && \
		sed 's|/usr/local/|$(PREFIX)/|g' $$u >$(D)/lib/systemd/system/$${u##*/} || exit 1; done
	$(if $(SYSUSERS),install -D -m 644 $(firstword $(SYSUSERS)) $(D)/lib/sysusers.d/mesad.conf)
	$(if $(TMPFILES),install -D -m 644 $(firstword $(TMPFILES)) $(D)/lib/tmpfiles.d/mesad.conf)
	$(if $(COMPLETION),install -D -m 644 $(COMPLETION) $(D)/share/bash-completion/completions/mesactl)
	for m in $(MAN_PAGES); do \
		install -D -m 644 $$m $(D)/share/man/man$${m##*.}/$${m##*/} || exit 1; done
	$(if $(GUIDES),install -d $(D)/share/doc/mesad && install -m 644 $(GUIDES) $(D)/share/doc/mesad)
	[ -e $(ETC)/mesad.yaml ] || for f in $$(cd config && find . -mindepth 1 -type d -prune -o -type f -print); do \
		[ -e $(ETC)/$$f ] || install -D -m 644 config/$$f $(ETC)/$$f || exit 1; done

# Leaves the configuration and the state.
uninstall:
	rm -f $(SBIN:%=$(D)/sbin/%) $(BIN:%=$(D)/bin/%)
	rm -rf $(D)/libexec/mesad $(D)/share/mesad $(D)/share/doc/mesad
	rm -f $(UNITS:systemd/%=$(D)/lib/systemd/system/%)
	rm -f $(D)/lib/sysusers.d/mesad.conf $(D)/lib/tmpfiles.d/mesad.conf
	rm -f $(D)/share/bash-completion/completions/mesactl
	for m in $(MAN_PAGES); do rm -f $(D)/share/man/man$${m##*.}/$${m##*/}; done

clean:
	rm -rf $(BUILD) $(BUILD)-san $(BUILD)-cov $(BUILD)-fuzz

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
